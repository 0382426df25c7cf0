import { reasonOf } from '../../infrastructure/reason-of.ts'
import { type Finding, failure } from './finding.ts'

/** The result of one step of a check; null if it failed, which is the finding then. */
export interface Attempt<T> {
  readonly value: T | null
  readonly findings: readonly Finding[]
}

/** What a failure of a step means, and what to do about it. */
export type FailedStep = Pick<Finding, 'check' | 'message'> & { readonly advice: string }

/** Each step fails on its own: the others still report what they find. */
export async function attempt<T>(
  { check, message, advice }: FailedStep,
  step: () => Promise<T>,
): Promise<Attempt<T>> {
  try {
    return { value: await step(), findings: [] }
  } catch (error) {
    return { value: null, findings: [failure(check, `${message}: ${reasonOf(error)}.`, advice)] }
  }
}
