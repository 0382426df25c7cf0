import { beforeAll, describe, expect, it } from 'vitest'
import { limits } from '../../src/domain/rate-limits/limits.ts'
import { createSchema } from '../../src/graphql/schema.ts'
import { endUnread } from '../../src/http/answer/node-stream.ts'
import { Actor } from '../support/actor.ts'
import { actorAt, budgetsOf, limitedApps } from '../support/limits.ts'
import { signIn, signUp } from '../support/people.ts'
import { mutationCosts, permissionTable, type RootCost } from '../support/permission-table.ts'
import { setRole } from '../support/rows.ts'
import { sampleField, sampleOperation } from '../support/sample-operations.ts'
import { rootFields } from '../support/schema-rules.ts'
import type { TestApp } from '../support/test-app.ts'

const roots = rootFields(createSchema())
const open = limitedApps()
let test: TestApp
beforeAll(async () => {
  test = await open()
})

/** Queries and the subscription all have the limit `query`; none of them checks credentials. */
function costOf(place: string, name: string): RootCost {
  const cost = place.startsWith('Mutation.') ? mutationCosts[name] : { limit: 'query' as const }
  if (cost === undefined) throw new Error(`Add a row for ${name} to mutationCosts in ${permissionTable}.`)
  return cost
}

/** The headers of an administrator, who may call every field, from a client address of their own. */
async function administrator(): Promise<Readonly<Record<string, string>>> {
  const { email, userId } = await signUp(actorAt(test))
  await setRole(test.database, userId, 'ADMIN')
  return Actor.bearer((await signIn(actorAt(test), email)).accessToken)
}

/** The budgets that the response names as charged. */
async function chargedFor(operation: string): Promise<readonly string[]> {
  const accept = operation.startsWith('subscription') ? { accept: 'text/event-stream' } : {}
  const response = await actorAt(test).send({ query: operation }, { ...(await administrator()), ...accept })
  await endUnread(response)
  return Object.keys(budgetsOf(response)).toSorted()
}

describe('the table of costs', () => {
  it('has a row for every mutation and no other', () => {
    const mutations = roots.filter(({ mutates }) => mutates).map(({ field }) => field.name)
    const hint = `Edit mutationCosts in ${permissionTable}`
    expect(Object.keys(mutationCosts).toSorted(), hint).toEqual(mutations.toSorted())
  })
})

describe.each(roots)('$place', ({ place, field }) => {
  const type = place.replace(/\..*/, '')

  it('is charged to the budgets that the table names, and to no others', async () => {
    const cost = costOf(place, field.name)
    expect(field.extensions.rateLimit).toBe(limits[cost.limit])
    const budgets: readonly string[] = limits[cost.limit].budgets
    expect(await chargedFor(sampleOperation(type, field))).toEqual([...budgets, 'all'].toSorted())
  })

  it('may stand twice in an operation exactly where it checks no credentials', async () => {
    const { checksCredentials = false } = costOf(place, field.name)
    expect(field.extensions.checksCredentials).toBe(checksCredentials)
    // GraphQL allows one root field in a subscription.
    if (type === 'Subscription') return
    const query = `${type.toLowerCase()} { one: ${sampleField(field)} two: ${sampleField(field)} }`
    const { data, errors } = await actorAt(test).ask(query, {}, await administrator())
    const refused = errors.some(({ message }) => /credential/.test(message))
    expect([refused, data === undefined]).toEqual([checksCredentials, checksCredentials])
  })
})

describe.each(['_service { sdl }', '_entities(representations: []) { __typename }'])('Query.%s', (field) => {
  it('is charged as a query', async () => {
    expect(await chargedFor(`{ ${field} }`)).toEqual(['all', 'query'])
  })
})
