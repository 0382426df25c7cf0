import type { Plugin } from 'graphql-yoga'
import type { Transport } from '../request/request-context.ts'

/** One concern of the HTTP edge: a Yoga plugin whose server context is the transport. */
export type HttpPlugin = Plugin<object, Transport>
