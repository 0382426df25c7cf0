import type { Services } from './services.ts'
import type { Steps } from './steps/create-steps.ts'

/** Everything that a use case can take: `Pick<FlowDeps, …>` in its file names what it does take. */
export type FlowDeps = Services & Steps
