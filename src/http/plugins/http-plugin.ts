import type { Plugin } from 'graphql-yoga'
import type { Transport } from '../request/request-context.ts'

/** Yoga's plugin, with the transport as its server context. */
export type YogaPlugin = Plugin<object, Transport>

export interface RequestEvent {
  readonly request: Request
  readonly serverContext: Transport
  /** Responds without the plugins that follow. */
  endResponse(response: Response): void
}

export interface ResponseEvent {
  readonly request: Request
  readonly response: Response
  /** Replaces the response, also for the plugins that follow. */
  setResponse(response: Response): void
}

/** One concern of the HTTP edge. A hook that has nothing to wait for returns nothing, since a promise costs each request a turn. */
export interface HttpPlugin extends Omit<YogaPlugin, 'onRequest' | 'onResponse'> {
  onRequest?(event: RequestEvent): void | Promise<void>
  onResponse?(event: ResponseEvent): void | Promise<void>
}
