// What the services do not do themselves: who asks, what tables hold, and forgetting everything between tests.
const cds = require('@sap/cds')

const API = '/api/data/v9.2'

cds.on('bootstrap', (app) => {
  app.get(`${API}/WhoAmI`, (_, answer) => answer.json({ UserId: '00000000-0000-0000-0000-0000000000aa' }))
  app.get(`${API}/EntityDefinitions\\(LogicalName=:name\\)/Attributes`, (question, answer) => {
    const entity = cds.model.definitions[`dataverse.${question.params.name.slice(1, -1)}`]
    const columns = Object.entries(entity.elements).map(([name, { type }]) => ({ LogicalName: name, AttributeType: type, IsCustomAttribute: false }))
    answer.json({ value: columns })
  })
  app.post('/forget', async (_, answer) => {
    for (const entity of Object.values(cds.model.definitions)) {
      if (entity.kind === 'entity' && !entity.query) await cds.db.run(cds.ql.DELETE.from(entity.name))
    }
    answer.json({})
  })
})
