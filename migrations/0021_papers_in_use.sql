-- Papers in use: an inbox for what was photographed in passing, small pictures, and several papers read as one task.
alter table documents add column is_inbox boolean not null default false;
create index documents_inbox on documents (user_id, created_at desc) where is_inbox and deleted_at is null;

-- The first page, drawn small; the files lie beside the paper's own.
create table document_thumbnails (
    document_id bigint not null references documents on delete cascade,
    size smallint not null constraint document_thumbnails_size_check check (size in (128, 256, 512)),
    storage_key text not null constraint document_thumbnails_storage_key_key unique,
    file_size int not null,
    drawn_at timestamptz not null,
    primary key (document_id, size)
);

-- Files that a paper has no more use for: an earlier version of it, pictures of that. They go with the next purge.
create table retired_files (
    storage_key text primary key,
    document_id bigint not null references documents on delete cascade,
    retired_at timestamptz not null
);
create index retired_files_document on retired_files (document_id);
create index retired_files_age on retired_files (retired_at);

-- Several papers read as one task; who asked hears once, when the last of them has ended.
create table document_batches (
    id uuid primary key,
    user_id bigint not null references users on delete cascade,
    created_at timestamptz not null,
    finished_at timestamptz
);
create index document_batches_user on document_batches (user_id, created_at desc);

create table document_batch_papers (
    batch_id uuid not null references document_batches on delete cascade,
    document_id bigint not null,
    -- How it ended; nothing while it waits or is read. A paper may be purged meanwhile: its row stays, so that the sum is right.
    outcome text constraint document_batch_papers_outcome_check
        check (outcome in ('analyzed', 'needs_review', 'failed', 'gone')),
    primary key (batch_id, document_id)
);
create index document_batch_papers_open on document_batch_papers (document_id) where outcome is null;
