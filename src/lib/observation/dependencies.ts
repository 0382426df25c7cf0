import { causeOf } from './cause-of.ts'
import type { Logger } from './logger.ts'
import type { Gauges } from './metrics.ts'

/**
 * Whether something that this process uses works. `degraded`: it does not, and the process serves without it. `down`: it does
 * not, and the process cannot serve correctly.
 */
export type DependencyState = 'up' | 'degraded' | 'down'

/** Values of the gauge `dependency_state`. */
const gaugeValues: Readonly<Record<DependencyState, number>> = { up: 0, degraded: 1, down: 2 }

const lines = {
  up: { level: 'info', message: 'a dependency works again' },
  degraded: { level: 'warn', message: 'a dependency does not work; this process serves without it' },
  down: { level: 'error', message: 'a dependency does not work; this process cannot serve' },
} as const satisfies Readonly<Record<DependencyState, object>>

export interface Dependency {
  readonly name: string
  /** Whether the process cannot serve correctly without it. */
  readonly required: boolean
}

/** The present state of each dependency. Each change is one log line with its cause, and a value of the gauge `dependency_state`. */
export class Dependencies {
  readonly #logger: Logger
  readonly #gauges: Gauges
  readonly #states = new Map<string, DependencyState>()
  /** Those that have worked since the start. */
  readonly #hasWorked = new Set<string>()

  constructor({ logger, gauges }: { readonly logger: Logger; readonly gauges: Gauges }) {
    this.#logger = logger
    this.#gauges = gauges
  }

  /** Adds a dependency. It counts as working until a failure is reported, or as `down` until it first works. */
  add({ name }: Dependency, state: 'up' | 'down' = 'up'): void {
    if (!this.#states.has(name)) this.#set(name, state)
    if (state === 'up') this.#hasWorked.add(name)
  }

  /**
   * Notes that it works, or why it does not. Never throws.
   * @param error null: it works
   * @param seconds how long a check took
   */
  report({ name, required }: Dependency, error: unknown, seconds?: number): void {
    if (seconds !== undefined) this.#gauges.set('dependency_check_seconds', seconds, name)
    const state = error === null ? 'up' : required ? 'down' : 'degraded'
    const before = this.#states.get(name) ?? 'up'
    this.#set(name, state)
    if (state === before) return
    const isFirst = state === 'up' && !this.#hasWorked.has(name)
    if (state === 'up') this.#hasWorked.add(name)
    if (isFirst) return
    const { level, message } = lines[state]
    const cause = error === null ? {} : { cause: causeOf(error) }
    this.#logger[level]({ dependency: name, ...cause }, message)
  }

  /** The states by name. */
  get states(): Readonly<Record<string, DependencyState>> {
    return Object.fromEntries(this.#states)
  }

  #set(name: string, state: DependencyState): void {
    this.#states.set(name, state)
    this.#gauges.set('dependency_state', gaugeValues[state], name)
  }
}
