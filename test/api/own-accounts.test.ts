import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { meDocument, removeTotpDocument, setSecondStepDocument } from '../support/operations.ts'
import { addPasskey, stepUp } from '../support/passkeys.ts'
import { askAs, type SignedIn, signUp } from '../support/people.ts'
import { enrolTotp } from '../support/second-steps.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

/** Number of statements that read users and factors, since the last call of `take`. */
class Statements {
  #counts = { users: 0, factors: 0 }

  take() {
    const counts = this.#counts
    this.#counts = { users: 0, factors: 0 }
    return counts
  }

  /** A store of which the calls of that method are counted. */
  counting<Store extends object>(store: Store, method: keyof Store, count: 'users' | 'factors'): Store {
    return new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name)
        if (name === method) this.#counts[count] += 1
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
  }
}

const statements = new Statements()
let test: TestApp
/** Another process, if processes can hear each other. */
let other: TestApp | null = null
beforeAll(async () => {
  test = await createTestApp({
    infrastructure(opened) {
      const users = statements.counting(opened.stores.users, 'findByIds', 'users')
      const factors = statements.counting(opened.stores.factors, 'summariesOf', 'factors')
      return { ...opened, stores: { ...opened.stores, users, factors } }
    },
  })
  if (inject('backend') === 'servers')
    other = await createTestApp({ database: test.database, clock: test.clock })
})
afterAll(async () => {
  await other?.close()
  await test.close()
})

const hasSecondStep = async (app: TestApp, viewer: SignedIn): Promise<boolean> =>
  (await askAs(app, viewer, meDocument, {})).twoFactorEnabled

describe('the `me` of the client package', () => {
  it('costs two statements a second, however often it is called', async () => {
    const ada = await signUp(test.actor())
    statements.take()
    for (const _second of [1, 2]) {
      const calls = Array.from({ length: 200 }, () => hasSecondStep(test, ada))
      expect(new Set(await Promise.all(calls))).toEqual(new Set([false]))
      expect(await hasSecondStep(test, ada)).toBe(false)
      expect(statements.take()).toEqual({ users: 1, factors: 1 })
      test.clock.advance(1)
    }
  })

  it('reads no factors unless they are requested', async () => {
    const ada = await signUp(test.actor())
    statements.take()
    for (let call = 0; call < 3; call += 1) await askAs(test, ada, '{ me { id email role } }', {})
    expect(statements.take()).toEqual({ users: 1, factors: 0 })
  })

  it('shows every change of the second step at once, in other processes when they hear of it', async () => {
    let ada = await signUp(test.actor())
    await addPasskey(test, ada)
    const choose = (required: boolean) => askAs(test, ada, setSecondStepDocument, { input: { required } })
    const changes: readonly (readonly [() => Promise<unknown>, boolean])[] = [
      [() => choose(true), true],
      [() => choose(false), false],
      [() => enrolTotp(test, ada), true],
      [() => askAs(test, ada, removeTotpDocument, {}), false],
    ]
    for (const [change, expected] of changes) {
      ada = await stepUp(test, ada)
      for (const app of [test, other]) if (app !== null) expect(await hasSecondStep(app, ada)).toBe(!expected)
      await change()
      expect(await hasSecondStep(test, ada)).toBe(expected)
      if (other === null) continue
      const second = other
      await eventually(async () => expect(await hasSecondStep(second, ada)).toBe(expected))
    }
  })
})
