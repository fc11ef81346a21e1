"""What Salesforce calls the kinds of records, and which of their fields are read."""

from __future__ import annotations

from collections.abc import Mapping

from salesteam.crm import Kind

__all__ = ["BULK", "FIELDS", "MERGING", "MONEY", "OBJECTS", "OWNED", "SPLITS"]

OBJECTS: Mapping[Kind, str] = {
    "user": "User",
    "account": "Account",
    "contact": "Contact",
    "lead": "Lead",
    "stage": "OpportunityStage",
    "product": "Product2",
    "deal": "Opportunity",
    "deal_line": "OpportunityLineItem",
    "activity": "Task",
}
_FIELDS: Mapping[Kind, str] = {
    "user": "Name Email IsActive TimeZoneSidKey ManagerId EmployeeNumber",
    "account": "Name Industry BillingCountry BillingState Rating Website OwnerId ParentId",
    "contact": "Name AccountId Title Email Phone MobilePhone",
    "lead": "Name Company Status LeadSource OwnerId IsConverted ConvertedOpportunityId ConvertedAccountId "
    "ConvertedContactId",
    "stage": "ApiName MasterLabel IsClosed IsWon DefaultProbability SortOrder",
    "product": "Name ProductCode Family",
    "deal": "Name AccountId StageName Amount Probability CloseDate IsClosed IsWon OwnerId LeadSource",
    "deal_line": "OpportunityId Product2Id Quantity TotalPrice",
    "activity": "Subject TaskSubtype OwnerId WhatId WhoId CompletedDateTime",
}
MERGING = frozenset({"account", "contact", "lead"})
"""Kinds whose lost records name the survivor."""
MONEY = frozenset({"deal", "deal_line"})
"""Kinds with amounts, each in a currency of its own where the org has several."""
OWNED = frozenset({"account", "lead", "deal"})
"""Kinds whose owner may be written."""
UNDELETED = frozenset({"user", "stage"})
"""Kinds that are never deleted."""
BULK = frozenset(OBJECTS) - {"stage"}
"""Kinds that jobs can read: not the stages, of which there are few."""
SPLITS = "(SELECT SplitOwnerId, SplitPercentage, SplitType.IsTotalValidated FROM OpportunitySplits)"


def _fields(kind: Kind) -> tuple[str, ...]:
    gone = () if kind in UNDELETED else ("IsDeleted",)
    lost = ("MasterRecordId",) if kind in MERGING else ()
    return ("Id", "CreatedDate", "SystemModstamp", *gone, *lost, *_FIELDS[kind].split())


FIELDS: Mapping[Kind, tuple[str, ...]] = {kind: _fields(kind) for kind in OBJECTS}
