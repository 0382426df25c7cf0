import { setTimeout as sleep } from 'node:timers/promises'
import { inject } from 'vitest'
import type { PasswordHasher } from '../../src/domain/passwords/password-hasher.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import type { Actor } from './actor.ts'
import { askLogin } from './people.ts'
import type { TestApp } from './test-app.ts'

/** Meets every rule for passwords, but is the password of no user. */
export const wrong = { password: 'Wr0ng-horse-battery!' }

/** Tries wrong passwords one after the other, without a pause. Returns the results. */
export async function guess(actor: Actor, identifier: string, times: number, input = {}) {
  const answers = []
  for (let n = 0; n < times; n += 1) answers.push(await askLogin(actor, identifier, { ...wrong, ...input }))
  return answers
}

/** Lets time pass for counters. Those in Redis follow the real clock, the others the manual one. */
export async function pass(test: TestApp, seconds: number): Promise<void> {
  if (inject('backend') === 'servers') await sleep(seconds * 1000 + 50)
  test.clock.advance(seconds)
}

/** Counts password comparisons. */
export class Comparisons {
  /** All, including those with a decoy: for unknown users, and for accounts that are locked silently. */
  count = 0
  /** Those with the password of an account or a registration. */
  withPassword = 0

  readonly infrastructure = (opened: Infrastructure): Infrastructure => {
    const { hasher } = opened
    const counting: PasswordHasher = {
      ...hasher,
      verify: (password, stored, deadline) => {
        this.count += 1
        if (stored !== null) this.withPassword += 1
        return hasher.verify(password, stored, deadline)
      },
    }
    return { ...opened, hasher: counting }
  }
}
