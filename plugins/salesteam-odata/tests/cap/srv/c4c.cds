// Collections as SAP Cloud for Customer names them; served as OData V2.
@path: '/c4codataapi'
@cds.query.limit: { default: 1000, max: 1000 }
service c4c {
  aspect changed {
    key ObjectID: String(32);
    CreatedOn: Timestamp @cds.on.insert: $now;
    ChangedOn: Timestamp @cds.on.insert: $now @cds.on.update: $now;
  }

  aspect transacted {
    key ObjectID: String(32);
    CreationDateTime: Timestamp @cds.on.insert: $now;
    LastChangeDateTime: Timestamp @cds.on.insert: $now @cds.on.update: $now;
  }

  entity CorporateAccountCollection : changed {
    AccountID: String;
    Name: String;
    CountryCode: String;
    StateCode: String;
    OwnerID: String;
    WebSite: String;
  }

  entity ContactCollection : changed {
    ContactID: String;
    Name: String;
    JobTitle: String;
    Email: String;
    Phone: String;
    Mobile: String;
    AccountID: String;
  }

  entity ProductCollection : changed {
    ProductID: String;
    Description: String;
    ProductCategoryID: String;
  }

  entity OpportunityCollection : transacted {
    ID: String;
    Name: String;
    ProspectPartyID: String;
    MainEmployeeResponsiblePartyID: String;
    LifeCycleStatusCode: String;
    SalesCyclePhaseCode: String;
    ExpectedRevenueAmount: Decimal(19, 6);
    ExpectedRevenueAmountCurrencyCode: String;
    ProbabilityPercent: Decimal(5, 2);
    ExpectedProcessingEndDate: DateTime;
    ProcessStatusValidSinceDate: DateTime;
  }
}
