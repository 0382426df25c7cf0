/** What one check has found. */
export interface Finding {
  /** What was checked, in one or two words. */
  readonly check: string
  /** `warning`: it works, but not for long, not as intended or not as safely as it could. `failure`: the service cannot work with it. */
  readonly status: 'ok' | 'warning' | 'failure'
  /** What is the case, as a sentence. */
  readonly message: string
  /** What to do, as a sentence; null if nothing has to be done. */
  readonly advice: string | null
}

export function ok(check: string, message: string): Finding {
  return { check, status: 'ok', message, advice: null }
}

export function warning(check: string, message: string, advice: string): Finding {
  return { check, status: 'warning', message, advice }
}

export function failure(check: string, message: string, advice: string): Finding {
  return { check, status: 'failure', message, advice }
}
