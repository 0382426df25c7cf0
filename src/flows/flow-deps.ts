import type { Services } from './services.ts'
import type { Steps } from './steps/create-steps.ts'

/** All dependencies of use cases. Each use case declares the ones it requires as `Pick<FlowDeps, …>`. */
export type FlowDeps = Services & Steps
