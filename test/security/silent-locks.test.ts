import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Transaction } from '../../src/domain/transaction.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import { eventually } from '../support/eventually.ts'
import { Comparisons, guess, wrong } from '../support/guesses.ts'
import { mailsTo } from '../support/mails.ts'
import { askLogin, signUp } from '../support/people.ts'
import { auditTypesOf } from '../support/rows.ts'
import { createTestApp, freshEmail, type TestApp } from '../support/test-app.ts'

/** Holds transactions, or fails them, while a test says so. */
let before: (() => Promise<void>) | null = null
let release = () => {}
const held = (transaction: Transaction): Transaction => {
  return async (work) => {
    await before?.()
    return transaction((stores) =>
      work({ ...stores, accounts: noting(stores.accounts), audit: noting(stores.audit) }),
    )
  }
}

/** Methods of the stores of accounts and audit events that transactions have called, in order. */
const calls: string[] = []
function noting<T extends object>(store: T): T {
  return new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') return method
      return (...given: unknown[]) => {
        calls.push(String(name))
        return method.apply(target, given)
      }
    },
  })
}

const comparisons = new Comparisons()
let test: TestApp
beforeAll(async () => {
  test = await createTestApp({
    infrastructure: (opened: Infrastructure) =>
      comparisons.infrastructure({ ...opened, transaction: held(opened.transaction) }),
  })
})
afterEach(() => {
  // A test that failed leaves no transaction held for the next ones.
  before = null
  release()
})
afterAll(() => test.close())

/** An account after four wrong passwords: the next one locks it silently. */
async function almostLocked() {
  const username = `ada-${freshEmail('x').slice(2, 10)}`
  const ada = await signUp(test.actor(), { username })
  await guess(test.actor(), username, 3)
  await guess(test.actor(), ada.email, 1)
  return ada
}

const isLockMail = ({ subject }: { readonly subject: string }) => /locked/i.test(subject)

describe('a lock of an account whose identifier is not locked', () => {
  it('is answered before it is recorded and mailed', async () => {
    const ada = await almostLocked()
    before = () => new Promise((resolve) => (release = resolve))
    expect(await askLogin(test.actor(), ada.email, wrong)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect(await auditTypesOf(test.database, ada.userId)).not.toContain('ACCOUNT_LOCKED')
    before = null
    release()
    await eventually(async () => expect((await mailsTo(test, ada.email)).filter(isLockMail)).toHaveLength(1))
    expect(await auditTypesOf(test.database, ada.userId)).toContain('ACCOUNT_LOCKED')
  })

  it('locks the row of the account before it writes events that refer to it: two at once cannot deadlock', async () => {
    const ada = await almostLocked()
    calls.length = 0
    await askLogin(test.actor(), ada.email, wrong)
    await eventually(() => expect(calls).toContain('appendAll'))
    expect(calls.slice(0, 2)).toEqual(['lock', 'appendAll'])
  })

  it('is in the audit log even if its mail cannot be stored', async () => {
    const ada = await almostLocked()
    before = () => Promise.reject(new Error('The database is away.'))
    expect(await askLogin(test.actor(), ada.email, wrong)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    await eventually(async () =>
      expect(await auditTypesOf(test.database, ada.userId)).toContain('ACCOUNT_LOCKED'),
    )
    before = null
    expect(test.log.join('\n')).toContain('its owner gets no mail')
  })

  it('causes the work of one comparison for the right password and for wrong ones', async () => {
    const ada = await almostLocked()
    await guess(test.actor(), ada.email, 1)
    comparisons.count = 0
    expect(await askLogin(test.actor(), ada.email)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect(comparisons.count).toBe(1)
  })
})
