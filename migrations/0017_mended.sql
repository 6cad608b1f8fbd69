-- Devices that people signed in on, remembered apart from sessions: who signs out still knows their browser.
create table known_devices (
    user_id bigint not null references users on delete cascade,
    label text not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    primary key (user_id, label)
);

-- Letters to nobody with an account keep their address no longer than what they said.
update letters
set address = ('erased-letter-' || id || '@erased.invalid')::citext, last_answer = null
where user_id is null and blanked_at is not null and address not like '%@erased.invalid';
update letter_events e set detail = null
from letters l
where e.letter_id = l.id and l.user_id is null and l.blanked_at is not null and e.detail is not null;
