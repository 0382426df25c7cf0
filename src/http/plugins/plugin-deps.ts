import type { DocumentNode } from 'graphql'
import type { HttpAppDeps } from '../http-app.ts'
import type { ForeignPages } from '../request/foreign-pages.ts'
import type { RequestContexts } from '../request/request-contexts.ts'
import type { DrainState } from './drain-state.ts'

/** Dependencies of the plugin groups. */
export interface PluginDeps extends HttpAppDeps {
  readonly contexts: RequestContexts
  readonly drain: DrainState
  readonly foreignPages: ForeignPages
  /** Documents that have been parsed, by their text. */
  readonly parsed: { get(text: string): DocumentNode | undefined }
}
