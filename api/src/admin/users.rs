//! Accounts, for staff.

use chrono::{DateTime, Utc};
use database::admin::{self, Column, Filter};
use domain::ids::UserId;
use domain::paging::OrderBy;
use operations::Context;
use operations::accounts::AccountError;
use operations::admin::{self as deeds, AdminError};
use operations::privacy;
use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;

use super::forms::{AccountPatch, ReasonForm};
use super::views::{AccountDetail, AccountView, ErasureOrdered, ErasureOrderedView, RoleWord};
use crate::body::Body;
use crate::client::Client;
use crate::created::Gone;
use crate::error::ApiError;
use crate::paging::{self, Page};
use crate::privacy::account_erased;
use crate::security::{Staff, Superuser};
use crate::tags::Tag;
use crate::{filters, say};

/// Newest first, unless asked otherwise.
const NEWEST: OrderBy<Column> = OrderBy { column: Column::CreatedAt, descending: true };

/// Accounts.
pub(super) struct UsersApi;

#[OpenApi(prefix_path = "/api/admin/users", tag = "Tag::Admin")]
impl UsersApi {
    /// List accounts
    ///
    /// Newest first unless ordered otherwise. For staff.
    #[oai(path = "/", method = "get", operation_id = "list_users")]
    async fn list_users(
        &self,
        _staff: Staff,
        context: Data<&Context>,
        request: &Request,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows on a page, 1 to 100; 20 when absent.
        page_size: Query<Option<u32>>,
        /// `created_at`, `last_login`, `email`; with `-` for descending.
        ordering: Query<Option<String>>,
        /// Words of address and names.
        search: Query<Option<String>>,
        /// Whether it may sign in.
        is_active: Query<Option<bool>>,
        /// What it is.
        role: Query<Option<RoleWord>>,
        /// Whether its address is confirmed.
        email_verified: Query<Option<bool>>,
        /// Made then or later.
        #[oai(name = "created_at__gte")]
        created_at_gte: Query<Option<DateTime<Utc>>>,
        /// Made then or earlier.
        #[oai(name = "created_at__lte")]
        created_at_lte: Query<Option<DateTime<Utc>>>,
        /// Signed in to then or later.
        #[oai(name = "last_login__gte")]
        last_login_gte: Query<Option<DateTime<Utc>>>,
        /// Signed in to then or earlier.
        #[oai(name = "last_login__lte")]
        last_login_lte: Query<Option<DateTime<Utc>>>,
    ) -> Result<Json<Page<AccountView>>, ApiError> {
        let wanted = paging::wanted(page.0, page_size.0)?;
        let order = paging::ordering(ordering.0.as_deref(), Column::ALL, NEWEST)?;
        let filter = Filter {
            search: paging::search_patterns(filters::text("search", search.0)?.as_deref()),
            is_active: is_active.0,
            role: role.0.map(|role| role.as_str().to_owned()),
            email_verified: email_verified.0,
            created_from: filters::moment("created_at__gte", created_at_gte.0)?,
            created_to: filters::moment("created_at__lte", created_at_lte.0)?,
            login_from: filters::moment("last_login__gte", last_login_gte.0)?,
            login_to: filters::moment("last_login__lte", last_login_lte.0)?,
        };
        let rows = admin::list(&mut *context.read().await?, &filter, &order, wanted).await?;
        Ok(Json(paging::envelope(context.settings.http.public_url.as_str(), request, wanted, rows)?))
    }

    /// Get an account and how much it holds
    ///
    /// For staff.
    #[oai(path = "/:id", method = "get", operation_id = "get_user")]
    async fn get_user(
        &self,
        _staff: Staff,
        context: Data<&Context>,
        /// Number of the account.
        id: Path<i64>,
    ) -> Result<Json<AccountDetail>, ApiError> {
        detail(&context, UserId(id.0)).await
    }

    /// Change what an account is and may
    ///
    /// Not one's own; that of a colleague, and making one, takes a superuser. For staff.
    #[oai(path = "/:id", method = "patch", operation_id = "update_user")]
    async fn update_user(
        &self,
        staff: Staff,
        context: Data<&Context>,
        client: Client,
        /// Number of the account.
        id: Path<i64>,
        patch: Body<AccountPatch>,
    ) -> Result<Json<AccountDetail>, ApiError> {
        let change = patch.0.parse()?;
        deeds::change(&context, &staff.0, UserId(id.0), change, &client.into()).await?;
        detail(&context, UserId(id.0)).await
    }

    /// Suspend an account
    ///
    /// Its sessions end at once, and its holder is told the reason by letter. For staff.
    #[oai(path = "/:id/suspend", method = "post", operation_id = "suspend_user")]
    async fn suspend_user(
        &self,
        staff: Staff,
        context: Data<&Context>,
        client: Client,
        /// Number of the account.
        id: Path<i64>,
        form: Body<ReasonForm>,
    ) -> Result<Json<AccountDetail>, ApiError> {
        let reason = form.0.parse()?;
        deeds::suspend(&context, &staff.0, UserId(id.0), &reason, &client.into()).await?;
        detail(&context, UserId(id.0)).await
    }

    /// Let a suspended account in again
    ///
    /// For staff.
    #[oai(path = "/:id/reactivate", method = "post", operation_id = "reactivate_user")]
    async fn reactivate_user(
        &self,
        staff: Staff,
        context: Data<&Context>,
        client: Client,
        /// Number of the account.
        id: Path<i64>,
    ) -> Result<Json<AccountDetail>, ApiError> {
        deeds::reactivate(&context, &staff.0, UserId(id.0), &client.into()).await?;
        detail(&context, UserId(id.0)).await
    }

    /// Take the second factor off an account
    ///
    /// For somebody who lost it, recovery codes included. All sessions of the account end, and its holder is told by
    /// letter. For staff; for colleagues' accounts a superuser.
    #[oai(path = "/:id/reset-2fa", method = "post", operation_id = "reset_user_second_factor")]
    async fn reset_user_second_factor(
        &self,
        staff: Staff,
        context: Data<&Context>,
        client: Client,
        /// Number of the account.
        id: Path<i64>,
        form: Body<ReasonForm>,
    ) -> Result<Gone, ApiError> {
        let reason = form.0.parse()?;
        deeds::reset_second_factor(&context, &staff.0, UserId(id.0), &reason, &client.into()).await?;
        Ok(Gone::NoContent)
    }

    /// Erase an account at once
    ///
    /// Because its holder asked for it by another way. Cannot be undone. For superusers, and not their own account.
    #[oai(path = "/:id/erase", method = "post", operation_id = "erase_user")]
    async fn erase_user(
        &self,
        superuser: Superuser,
        context: Data<&Context>,
        client: Client,
        /// Number of the account.
        id: Path<i64>,
        form: Body<ReasonForm>,
    ) -> Result<ErasureOrdered, ApiError> {
        let reason = form.0.parse()?;
        let (staff, user) = (superuser.0.user, UserId(id.0));
        if staff == user {
            return Err(AdminError::OwnAccount.into());
        }
        let job = privacy::erase_now(&context, staff, user, &reason, &client.into()).await?;
        let message = say!("Le compte est en cours de suppression.", "The account is being erased.");
        Ok(ErasureOrdered::Accepted(Json(ErasureOrderedView { message, task_id: job.0 })))
    }
}

/// 409: somebody has to be left who can do what only superusers may.
pub(crate) fn last_superuser() -> ApiError {
    ApiError::conflict(
        "last_superuser",
        say!(
            "C’est le dernier superutilisateur : nommez-en un autre d’abord.",
            "This is the last superuser: make another one first."
        ),
    )
}

async fn detail(context: &Context, user: UserId) -> Result<Json<AccountDetail>, ApiError> {
    let mut db = context.read().await?;
    let account = admin::get(&mut db, user).await?;
    let counters = admin::counters(&mut db, user, context.clock.now()).await?;
    Ok(Json(AccountDetail::new(account, counters)))
}

impl From<AdminError> for ApiError {
    fn from(error: AdminError) -> Self {
        match error {
            AdminError::OwnAccount => Self::conflict(
                "own_account",
                say!(
                    "Vous ne pouvez pas faire cela sur votre propre compte.",
                    "You cannot do this to your own account."
                ),
            ),
            AdminError::LastSuperuser => last_superuser(),
            AdminError::ForSuperusers => Self::superusers_only(),
            AdminError::NoFactor => AccountError::NoFactor.into(),
            AdminError::Erased => account_erased(),
            AdminError::Database(error) => error.into(),
        }
    }
}
