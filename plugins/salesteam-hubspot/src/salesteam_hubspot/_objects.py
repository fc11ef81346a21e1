"""What HubSpot calls the kinds of records, and which of their properties are read."""

from __future__ import annotations

from collections.abc import Mapping

from salesteam.crm import Kind

__all__ = ["MERGED", "OBJECTS", "PRODUCT", "PROPERTIES", "changed_property"]

OBJECTS: Mapping[Kind, str] = {
    "account": "companies",
    "contact": "contacts",
    "product": "products",
    "deal": "deals",
    "deal_line": "line_items",
}
MERGED = "hs_merged_object_ids"
PRODUCT = "hs_product_id"
_COMMON = ("hs_object_id", "createdate")
PROPERTIES: Mapping[Kind, tuple[str, ...]] = {
    "account": (
        *_COMMON,
        MERGED,
        "name",
        "industry",
        "country",
        "state",
        "domain",
        "hubspot_owner_id",
        "hs_parent_company_id",
    ),
    "contact": (
        *_COMMON,
        MERGED,
        "firstname",
        "lastname",
        "email",
        "jobtitle",
        "phone",
        "mobilephone",
        "associatedcompanyid",
    ),
    "product": (*_COMMON, "name", "hs_sku", "hs_product_type", "price"),
    "deal": (
        *_COMMON,
        MERGED,
        "dealname",
        "pipeline",
        "dealstage",
        "amount",
        "deal_currency_code",
        "closedate",
        "hs_deal_stage_probability",
        "hubspot_owner_id",
        "hubspot_team_id",
        "closed_lost_reason",
        "hs_analytics_source",
    ),
    "deal_line": (*_COMMON, PRODUCT, "quantity", "amount", "hs_line_item_currency_code"),
}


def changed_property(kind: Kind) -> str:
    """The property that tells when an object was changed; contacts have a name of their own for it."""
    return "lastmodifieddate" if kind == "contact" else "hs_lastmodifieddate"
