"""The models of Odoo that are asked for, with those of their fields that it has from version 16 to 19."""

from __future__ import annotations

TIMES = "id create_date write_date"
PARTNER = (
    "name active email phone user_id parent_id industry_id country_id state_id website company_registry function "
    "is_company commercial_partner_id type share"
)
FIELDS = {
    "res.users": "name login email active tz share company_id partner_id",
    "crm.team": "name active user_id company_id",
    "res.partner": PARTNER,
    "crm.lead": "name active type partner_id partner_name contact_name user_id team_id company_id company_currency "
    "stage_id expected_revenue probability date_deadline date_closed source_id lost_reason_id",
    "crm.stage": "name sequence is_won fold",
    "product.product": "name active default_code categ_id",
    "res.currency": "name active",
    "res.company": "name currency_id",
    "mail.activity": "res_model res_id summary note user_id date_deadline active",
    "mail.message": "model res_id body",
}
ONLY_TO_18 = {"res.partner": "mobile", "crm.lead": "mobile"}


def fields_of(model, version):
    """The names of the fields of a model in a version."""
    older = ONLY_TO_18.get(model, "") if version < 19 else ""
    return set(f"{TIMES} {FIELDS[model]} {older}".split())
