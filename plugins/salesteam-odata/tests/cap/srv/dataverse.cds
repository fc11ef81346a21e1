// Tables as Dataverse names them; times have milliseconds, where Dataverse has seconds and a version beside them.
@path: '/api/data/v9.2'
@cds.query.limit: { default: 5, max: 5000 }
service dataverse {
  aspect changed {
    createdon: Timestamp @cds.on.insert: $now;
    @odata.etag modifiedon: Timestamp @cds.on.insert: $now @cds.on.update: $now;
  }

  entity systemusers : changed {
    key systemuserid: UUID;
    fullname: String;
    internalemailaddress: String;
    isdisabled: Boolean;
    employeeid: String;
    parentsystemuserid: Association to systemusers;
    _parentsystemuserid_value: UUID = parentsystemuserid.systemuserid;
  }

  entity transactioncurrencies {
    key transactioncurrencyid: UUID;
    isocurrencycode: String;
  }

  entity accounts : changed {
    key accountid: UUID;
    name: String;
    address1_country: String;
    address1_stateorprovince: String;
    websiteurl: String;
    statecode: Integer;
    merged: Boolean;
    ownerid: Association to systemusers;
    _ownerid_value: UUID = ownerid.systemuserid;
    parentaccountid: Association to accounts;
    _parentaccountid_value: UUID = parentaccountid.accountid;
    masterid: Association to accounts;
    _masterid_value: UUID = masterid.accountid;
  }

  entity contacts : changed {
    key contactid: UUID;
    fullname: String;
    jobtitle: String;
    emailaddress1: String;
    telephone1: String;
    mobilephone: String;
    statecode: Integer;
    merged: Boolean;
    parentcustomerid: Association to accounts;
    _parentcustomerid_value: UUID = parentcustomerid.accountid;
    masterid: Association to contacts;
    _masterid_value: UUID = masterid.contactid;
  }

  entity leads : changed {
    key leadid: UUID;
    fullname: String;
    subject: String;
    companyname: String;
    statecode: Integer;
    statuscode: Integer;
    ownerid: Association to systemusers;
    _ownerid_value: UUID = ownerid.systemuserid;
    qualifyingopportunityid: Association to opportunities;
    _qualifyingopportunityid_value: UUID = qualifyingopportunityid.opportunityid;
  }

  entity products : changed {
    key productid: UUID;
    name: String;
    productnumber: String;
    statecode: Integer;
  }

  entity opportunities : changed {
    key opportunityid: UUID;
    name: String;
    statecode: Integer;
    stepname: String;
    estimatedvalue: Decimal(19, 4);
    actualvalue: Decimal(19, 4);
    exchangerate: Decimal(19, 10);
    closeprobability: Integer;
    estimatedclosedate: Date;
    actualclosedate: Date;
    transactioncurrencyid: Association to transactioncurrencies;
    _transactioncurrencyid_value: UUID = transactioncurrencyid.transactioncurrencyid;
    ownerid: Association to systemusers;
    _ownerid_value: UUID = ownerid.systemuserid;
    parentaccountid: Association to accounts;
    _parentaccountid_value: UUID = parentaccountid.accountid;
  }

  entity tasks : changed {
    key activityid: UUID;
    subject: String;
    description: String;
    scheduledend: DateTime;
    ownerid_task: Association to systemusers;
    regardingobjectid_account_task: Association to accounts;
    regardingobjectid_contact_task: Association to contacts;
    regardingobjectid_lead_task: Association to leads;
    regardingobjectid_opportunity_task: Association to opportunities;
    _regardingobjectid_value: UUID = coalesce(
      regardingobjectid_account_task.accountid, regardingobjectid_contact_task.contactid,
      regardingobjectid_lead_task.leadid, regardingobjectid_opportunity_task.opportunityid
    );
  }

  entity annotations : changed {
    key annotationid: UUID;
    notetext: LargeString;
    objectid_account: Association to accounts;
    objectid_contact: Association to contacts;
    objectid_lead: Association to leads;
    objectid_opportunity: Association to opportunities;
    _objectid_value: UUID = coalesce(
      objectid_account.accountid, objectid_contact.contactid, objectid_lead.leadid, objectid_opportunity.opportunityid
    );
  }
}
