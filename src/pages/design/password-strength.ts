import { useEffect, useRef, useState } from 'preact/hooks'
import {
  CheckPasswordStrengthDocument,
  PasswordPolicyDocument,
  type PasswordPolicyQuery,
} from '../../clients/documents.ts'
import { useApp } from '../app-context.ts'

export type Policy = NonNullable<PasswordPolicyQuery['passwordPolicy']>

/** How the service judges the password that is typed. Null: it has not been judged yet. */
export interface Strength {
  /** 0 to 4. */
  readonly score: number | null
  readonly unmet: readonly string[] | null
  /** Whether it cannot be judged before it is sent: too many checks, or no connection. */
  readonly isUnchecked: boolean
}

const unknown: Strength = { score: null, unmet: null, isUnchecked: false }
const unchecked: Strength = { ...unknown, isUnchecked: true }
/** Delay after the last key, so that a password costs one or two checks of the budget. */
const typingDelayMs = 400
const pauseMs = 5000

/** The requirements on new passwords; null until they are known. */
export function usePolicy(): Policy | null {
  const { session } = useApp()
  const [policy, setPolicy] = useState<Policy | null>(null)
  useEffect(() => {
    session.send(PasswordPolicyDocument, {}).then(
      ({ passwordPolicy }) => setPolicy(passwordPolicy ?? null),
      () => undefined,
    )
  }, [])
  return policy
}

/** Judges a password while it is typed. After a refusal it waits as long as the service says. */
export function useStrength(password: string): Strength {
  const { session } = useApp()
  const [strength, setStrength] = useState(unknown)
  const pausedUntil = useRef(0)
  useEffect(() => {
    if (password === '') return setStrength(unknown)
    if (Date.now() < pausedUntil.current) return setStrength(unchecked)
    let isStale = false
    const check = async () => {
      const { checkPasswordStrength: result } = await session.send(CheckPasswordStrengthDocument, {
        input: { password },
      })
      if (result?.__typename === 'PasswordStrength') return { ...result, isUnchecked: false }
      if (result?.__typename === 'AuthRateLimitedProblem')
        pausedUntil.current = Date.now() + (result.retryAfterSeconds ?? 0) * 1000 + pauseMs
      return unchecked
    }
    const timer = setTimeout(() => {
      check()
        .catch(() => {
          pausedUntil.current = Date.now() + pauseMs
          return unchecked
        })
        .then((judged) => isStale || setStrength(judged))
    }, typingDelayMs)
    return () => {
      isStale = true
      clearTimeout(timer)
    }
  }, [password])
  return strength
}
