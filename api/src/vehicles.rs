//! Vehicles that one owns or shares: the model for every plain resource.

mod fields;
mod forms;
mod from_document;
mod views;
mod words;

use database::vehicles::{self, Column, Filter};
use domain::ids::{DocumentId, VehicleId};
use domain::paging::OrderBy;
use domain::vehicle::Details;
use operations::{Context, vehicles as deeds};
use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::{Json, Response};

use crate::body::Body;
use crate::created::{Created, Gone};
use crate::error::ApiError;
use crate::idempotency::{self, Begun};
use crate::paging::{self, Page};
use crate::security::{Caller, Principal};
use crate::tags::Tag;
use crate::{etag, filters};
use forms::{VehicleForm, VehiclePatch};
use from_document::{FromDocumentAnswer, FromDocumentForm, VehicleFromDocument, under_overrides};
use views::{VehicleStats, VehicleView};
use words::{FuelType, Transmission, VehicleStatus};

/// Vehicles.
pub struct VehiclesApi;

#[OpenApi(prefix_path = "/api/vehicles", tag = "Tag::Vehicles")]
impl VehiclesApi {
    /// List my vehicles
    ///
    /// One's own and those that others share, newest first unless ordered otherwise.
    #[oai(path = "/", method = "get", operation_id = "list_vehicles")]
    async fn list_vehicles(
        &self,
        caller: Principal,
        context: Data<&Context>,
        request: &Request,
        /// Page, from 1.
        page: Query<Option<u32>>,
        /// Rows on a page, 1 to 100; 20 when absent.
        page_size: Query<Option<u32>>,
        /// One or two of `created_at`, `updated_at`, `make`, `model`, `year`, `first_registration_date`, comma-separated; `-` before one for descending.
        ordering: Query<Option<String>>,
        /// Words that must all be found in make, model, nickname, plate, VIN or year, whatever their case and accents.
        search: Query<Option<String>>,
        /// Make, whatever its case and accents.
        make: Query<Option<String>>,
        /// Model, whatever its case and accents.
        model: Query<Option<String>>,
        /// Model year.
        year: Query<Option<i32>>,
        /// Model years, comma-separated.
        #[oai(name = "year__in")]
        year_in: Query<Option<String>>,
        /// Earliest model year.
        #[oai(name = "year__gte")]
        year_gte: Query<Option<i32>>,
        /// Latest model year.
        #[oai(name = "year__lte")]
        year_lte: Query<Option<i32>>,
        /// What it runs on.
        fuel_type: Query<Option<FuelType>>,
        /// What it runs on, comma-separated.
        #[oai(name = "fuel_type__in")]
        fuel_type_in: Query<Option<String>>,
        /// How gears are changed.
        transmission: Query<Option<Transmission>>,
        /// J, European category, such as `M1`.
        category: Query<Option<String>>,
        /// Where it is in its life with its owner.
        status: Query<Option<VehicleStatus>>,
        /// The same, comma-separated.
        #[oai(name = "status__in")]
        status_in: Query<Option<String>>,
        /// Shared with me (true), or my own (false).
        shared: Query<Option<bool>>,
    ) -> Result<Json<Page<VehicleView>>, ApiError> {
        let wanted = paging::wanted(page.0, page_size.0)?;
        let newest = OrderBy { column: Column::CreatedAt, descending: true };
        let order = paging::ordering(ordering.0.as_deref(), Column::ALL, newest)?;
        let filter = Filter {
            make: filters::text("make", make.0)?,
            model: filters::text("model", model.0)?,
            years: filters::any_of(year.0, "year__in", year_in.0.as_deref())?,
            year_from: year_gte.0,
            year_to: year_lte.0,
            fuel_types: filters::any_of(fuel_type.0, "fuel_type__in", fuel_type_in.0.as_deref())?
                .map(into_all),
            transmissions: transmission.0.map(|transmission| vec![transmission.into()]),
            category_eu: filters::text("category", category.0)?,
            statuses: filters::any_of(status.0, "status__in", status_in.0.as_deref())?.map(into_all),
            is_shared: shared.0,
            search: paging::search_patterns(filters::text("search", search.0)?.as_deref()),
        };
        let mut db = context.read().await?;
        let page = vehicles::list(&mut db, caller.as_viewer(), &filter, &order, wanted).await?;
        paging::envelope(context.settings.http.public_url.as_str(), request, wanted, page).map(Json)
    }

    /// Enter a vehicle
    ///
    /// It belongs to the caller. A key that reaches certain vehicles only, or may only look, enters none. Every bad field is named at once; a plate or VIN that the caller has already is a conflict.
    #[oai(path = "/", method = "post", operation_id = "create_vehicle")]
    async fn create_vehicle(
        &self,
        caller: Principal,
        context: Data<&Context>,
        /// Repeating a request with the same key gets the first answer instead of a second vehicle (24 hours).
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        form: Body<VehicleForm>,
    ) -> Result<Created<VehicleView>, ApiError> {
        let owner = caller.maker()?;
        let begun = idempotency::begin(&context, owner, key.0.as_deref(), "create_vehicle", &form.0).await?;
        let mut creation = match begun {
            Begun::Replay(view) => return Ok(created(view)),
            Begun::Fresh(creation) => creation,
        };
        let details = form.0.parse()?;
        let vehicle = vehicles::insert(&mut creation, owner, details, context.clock.now()).await?;
        let view = VehicleView::from(vehicle);
        creation.commit(&view).await?;
        Ok(created(view))
    }

    /// Count my vehicles
    ///
    /// By fuel, make and model year; shared ones are counted too.
    #[oai(path = "/stats", method = "get", operation_id = "get_vehicle_stats")]
    async fn get_vehicle_stats(
        &self,
        caller: Principal,
        context: Data<&Context>,
    ) -> Result<Json<VehicleStats>, ApiError> {
        let mut db = context.read().await?;
        let stats = vehicles::stats(&mut db, caller.as_viewer()).await?;
        Ok(Json(stats.into()))
    }

    /// Make a vehicle out of its certificate
    ///
    /// Takes what was read on a registration document, corrections first, and `overrides` over both; the fuel follows
    /// from P.3, the year from B, the Euro norm from V.9. With `vehicle_id` only the blanks of that vehicle are filled; without
    /// it, those of the vehicle that one edits with this VIN or plate, if there is one. `changed` says what came of it.
    /// The document hangs on the vehicle afterwards. What is missing is named under `overrides`.
    #[oai(path = "/from-document", method = "post", operation_id = "create_vehicle_from_document")]
    async fn create_vehicle_from_document(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// Repeating a request with the same key gets the first answer instead of a second vehicle (24 hours).
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        form: Body<FromDocumentForm>,
    ) -> Result<FromDocumentAnswer, ApiError> {
        let (form, key) = (form.0, key.0.as_deref());
        let operation = "create_vehicle_from_document";
        let mut creation = match idempotency::begin(&context, caller.user(), key, operation, &form).await? {
            Begun::Replay(view) => return Ok(FromDocumentAnswer::new(view)),
            Begun::Fresh(creation) => creation,
        };
        let (document, vehicle) = (DocumentId(form.document_id), form.vehicle_id.map(VehicleId));
        let overrides = form.overrides.unwrap_or_default();
        let mut said = Details::default();
        overrides.clone().apply_to(&mut said).map_err(under_overrides)?;
        let mut draft = deeds::draft(&mut creation, caller.user(), document, vehicle, &said).await?;
        overrides.apply_to(&mut draft.details).map_err(under_overrides)?;
        let view = VehicleFromDocument::from(deeds::keep(&mut creation, draft, context.clock.now()).await?);
        creation.commit(&view).await?;
        Ok(FromDocumentAnswer::new(view))
    }

    /// Get one vehicle
    #[oai(path = "/:id", method = "get", operation_id = "get_vehicle")]
    async fn get_vehicle(
        &self,
        caller: Principal,
        context: Data<&Context>,
        /// Number of the vehicle.
        id: Path<i64>,
    ) -> Result<Response<Json<VehicleView>>, ApiError> {
        let mut db = context.read().await?;
        let vehicle = vehicles::get(&mut db, caller.as_viewer(), VehicleId(id.0)).await?;
        Ok(etag::tagged(vehicle.version, vehicle.into()))
    }

    /// Replace a vehicle
    ///
    /// What the form does not say is not known afterwards.
    #[oai(path = "/:id", method = "put", operation_id = "replace_vehicle")]
    async fn replace_vehicle(
        &self,
        caller: Principal,
        context: Data<&Context>,
        /// Number of the vehicle.
        id: Path<i64>,
        /// `ETag` of the version that is replaced; another version is refused with 412.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        form: Body<VehicleForm>,
    ) -> Result<Response<Json<VehicleView>>, ApiError> {
        let mut work = context.begin().await?;
        let mut vehicle = vehicles::get_for_update(&mut work, caller.as_editor(), VehicleId(id.0)).await?;
        etag::check(if_match.0.as_deref(), vehicle.version)?;
        vehicle.details = form.0.parse()?;
        vehicles::save(&mut work, caller.as_editor(), &mut vehicle, context.clock.now()).await?;
        work.commit().await?;
        Ok(etag::tagged(vehicle.version, vehicle.into()))
    }

    /// Change a vehicle
    ///
    /// What is absent stays, null clears.
    #[oai(path = "/:id", method = "patch", operation_id = "update_vehicle")]
    async fn update_vehicle(
        &self,
        caller: Principal,
        context: Data<&Context>,
        /// Number of the vehicle.
        id: Path<i64>,
        /// `ETag` of the version that is changed; another version is refused with 412.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        patch: Body<VehiclePatch>,
    ) -> Result<Response<Json<VehicleView>>, ApiError> {
        let mut work = context.begin().await?;
        let mut vehicle = vehicles::get_for_update(&mut work, caller.as_editor(), VehicleId(id.0)).await?;
        etag::check(if_match.0.as_deref(), vehicle.version)?;
        patch.0.apply_to(&mut vehicle.details)?;
        vehicles::save(&mut work, caller.as_editor(), &mut vehicle, context.clock.now()).await?;
        work.commit().await?;
        Ok(etag::tagged(vehicle.version, vehicle.into()))
    }

    /// Delete a vehicle
    ///
    /// For its owner alone. It is out of everybody's sight at once; its papers stay with who uploaded them.
    #[oai(path = "/:id", method = "delete", operation_id = "delete_vehicle")]
    async fn delete_vehicle(
        &self,
        caller: Principal,
        context: Data<&Context>,
        /// Number of the vehicle.
        id: Path<i64>,
    ) -> Result<Gone, ApiError> {
        let mut work = context.begin().await?;
        vehicles::delete(&mut work, caller.as_owner(), VehicleId(id.0), context.clock.now()).await?;
        work.commit().await?;
        Ok(Gone::NoContent)
    }
}

fn created(view: VehicleView) -> Created<VehicleView> {
    let version = view.version;
    Created::versioned(view.location(), view, version)
}

fn into_all<A: Into<B>, B>(all: Vec<A>) -> Vec<B> {
    all.into_iter().map(Into::into).collect()
}
