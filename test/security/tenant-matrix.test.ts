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
import { createTestApp, type TestApp } from '../support/test-app.ts'

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
  beforeAll(async () => {
    const slug = ownSlug ?? (await insertTenant(test.database))
    own = { slug, colleague: await signUp(test.actor(), { tenant: slug }) }
    viewers = await openTenantViewers(test, slug)
    foreign = await makeObjects(test, await insertTenant(test.database))
  })

  describe.each(roots)('$place', (root) => {
    it.each(tenantViewerNames)('shows and changes nothing of a tenant: %s', async (name) => {
      const before = await digestRows(test.database, foreign.tenantId)
      const answer = await askRoot(test, root, variablesOf(root, own), await viewers[name].headers())
      expect(shownMarks(answer, foreign, ownSlug === null ? null : foreign.slug)).toEqual([])
      expect(await digestRows(test.database, foreign.tenantId)).toEqual(before)
    })

    for (const place of placesOf(root.place, root.field)) {
      const kind = argumentKinds.get(place.name)
      if (kind === 'stranger') {
        it.each(tenantViewerNames)(`answers for ${place.name} as to a stranger: %s`, async (name) => {
          const call = { own, object: foreign.slug }
          const headers = await viewers[name].headers()
          const answer = await askWith(test, root, place, { ...call, headers })
          const stranger = await askWith(test, root, place, { ...call, headers: {} })
          expect(shownMarks(answer, foreign, foreign.slug)).toEqual([])
          expect(shapeOf(answer, foreign.slug)).toEqual(shapeOf(stranger, foreign.slug))
        })
        continue
      }
      if (!isObjectKind(kind)) continue
      const isManaged = managed.some((one) => one === kind)
      if (isManaged && root.mutates) continue
      it.each(tenantViewerNames)(`answers for a foreign ${place.name} as for none: %s`, async (name) => {
        const object = await objectFor(test, kind, foreign)
        const before = await digestRows(test.database, foreign.tenantId)
        const found = await askWith(test, root, place, {
          own,
          object,
          headers: await viewers[name].headers(),
        })
        expect(shownMarks(found, foreign, object)).toEqual([])
        expect(await digestRows(test.database, foreign.tenantId)).toEqual(before)
        if (isManaged) return
        const nothing = nothingLike(kind, object)
        const headers = await viewers[name].headers()
        const none = await askWith(test, root, place, { own, object: nothing, headers })
        expect(shapeOf(found, object)).toEqual(shapeOf(none, nothing))
      })
    }
  })
})
