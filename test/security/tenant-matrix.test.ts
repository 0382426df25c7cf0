import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSchema } from '../../src/graphql/schema.ts'
import { openTenantViewers, type TenantViewers, tenantViewerNames } from '../support/matrix-viewers.ts'
import { signUp } from '../support/people.ts'
import { insertTenant } from '../support/rows.ts'
import { rootFields } from '../support/schema-rules.ts'
import { shapeOf } from '../support/tenant-matrix/answer-shape.ts'
import {
  argumentKinds,
  argumentTable,
  isObjectKind,
  repeatedRows,
} from '../support/tenant-matrix/argument-kinds.ts'
import { argumentPlaces, nestedArguments, placesOf } from '../support/tenant-matrix/argument-places.ts'
import { askRoot, askWith, type Own, shownMarks, variablesOf } from '../support/tenant-matrix/ask-root.ts'
import {
  makeObjects,
  nothingLike,
  objectFor,
  type TenantObjects,
} from '../support/tenant-matrix/tenant-objects.ts'
import { digestRows } from '../support/tenant-matrix/tenant-rows.ts'
import { createTestApp, freshEmail, type TestApp } from '../support/test-app.ts'

const schema = createSchema()
/** The subscription is in tenant-services.test.ts. */
const roots = rootFields(schema).filter(({ place }) => !place.startsWith('Subscription.'))

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

describe('the table of arguments', () => {
  it('has a row for every argument that can name an object, and no other', () => {
    const places = argumentPlaces(schema).map(({ name }) => name)
    expect([...argumentKinds.keys()].toSorted(), `Edit ${argumentTable}`).toEqual(places.toSorted())
    expect(repeatedRows).toEqual([])
  })

  it('needs no row for fields below the root: they have arguments of pages only', () => {
    const others = nestedArguments(schema).filter((name) => !/\((first|after|last|before)\)$/.test(name))
    expect(others).toEqual([])
  })
})

/** Administrators of `default` manage tenants: slugs of tenants and ids of tokens are no secret for them, persons are. */
const callers = [
  { from: 'another tenant', ownSlug: null, managed: [] },
  { from: 'default', ownSlug: 'default', managed: ['tenant', 'tokenId'] },
] as const

describe.each(callers)('for callers of $from', ({ ownSlug, managed }) => {
  let own: Own
  let viewers: TenantViewers
  let foreign: TenantObjects
  /** The rows of the other tenant. */
  let rows: Readonly<Record<string, string>>
  const made = new Map<string, Readonly<Record<string, string>>>()
  beforeAll(async () => {
    const slug = ownSlug ?? (await insertTenant(test.database))
    own = { slug, colleague: await signUp(test.actor(), { tenant: slug }) }
    viewers = await openTenantViewers(test, slug)
    foreign = await makeObjects(test, await insertTenant(test.database))
    rows = await digestRows(test.database, foreign.tenantId)
  })

  async function expectSameRows(): Promise<void> {
    const before = rows
    rows = await digestRows(test.database, foreign.tenantId)
    expect(rows).toEqual(before)
  }
  /** The credentials of a caller, until a test may have ended the session. */
  async function headersOf(name: keyof TenantViewers) {
    const headers = made.get(name) ?? (await viewers[name].headers())
    made.set(name, headers)
    return headers
  }
  /** An identifier that no one has tried before: failures of the same one are counted. */
  const unknown = (): Own => ({ ...own, colleague: { ...own.colleague, email: freshEmail() } })
  const known = () => (ownSlug === null ? [] : [foreign.slug])

  describe.each(roots)('$place', (root) => {
    it.each(tenantViewerNames)('shows and changes nothing of a tenant: %s', async (name) => {
      const answer = await askRoot(test, root, variablesOf(root, own), await headersOf(name))
      // It may have ended the session.
      if (root.mutates) made.delete(name)
      expect(shownMarks(answer, foreign, known())).toEqual([])
      await expectSameRows()
    })

    for (const place of placesOf(root.place, root.field)) {
      const kind = argumentKinds.get(place.name)
      if (kind === 'stranger') {
        it.each(tenantViewerNames)(`answers for ${place.name} as to a stranger: %s`, async (name) => {
          const object = foreign.slug
          const headers = await headersOf(name)
          const answer = await askWith(test, root, place, { own: unknown(), object, headers })
          const stranger = await askWith(test, root, place, { own: unknown(), object, headers: {} })
          expect(shownMarks(answer, foreign, [foreign.slug])).toEqual([])
          expect(shapeOf(answer, foreign.slug)).toEqual(shapeOf(stranger, foreign.slug))
          rows = await digestRows(test.database, foreign.tenantId)
        })
        continue
      }
      if (!isObjectKind(kind)) continue
      const isManaged = managed.some((one) => one === kind)
      if (isManaged && root.mutates) continue
      it.each(tenantViewerNames)(`answers for a foreign ${place.name} as for none: %s`, async (name) => {
        const object = await objectFor(test, kind, foreign)
        if (object !== foreign.of[kind]) rows = await digestRows(test.database, foreign.tenantId)
        const headers = await headersOf(name)
        const found = await askWith(test, root, place, { own, object, headers })
        expect(shownMarks(found, foreign, [object, ...known()])).toEqual([])
        await expectSameRows()
        if (isManaged) return
        const nothing = nothingLike(kind, object)
        const none = await askWith(test, root, place, { own, object: nothing, headers })
        expect(shapeOf(found, object)).toEqual(shapeOf(none, nothing))
      })
    }
  })
})
