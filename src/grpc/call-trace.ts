import { type Metadata, status } from '@grpc/grpc-js'
import type { Tracer } from '../lib/observation/tracer.ts'
import type { CallStatus } from './call-status.ts'
import { verificationService } from './proto-definitions.ts'

/** How a call ended: with a response, or with the status of its error. */
export type CallEnd = { readonly response: object } | { readonly failed: CallStatus }

/** Handles a call in a span, which is part of the trace that the caller has begun, if there is one. Null: there are no traces. */
export function traceCall(
  tracer: Tracer | null,
  method: string,
  metadata: Metadata,
  handle: () => Promise<CallEnd>,
): Promise<CallEnd> {
  if (tracer === null) return handle()
  const header = (name: string) => metadata.get(name)[0]?.toString() ?? null
  const attributes = { 'rpc.system': 'grpc', 'rpc.service': verificationService, 'rpc.method': method }
  return tracer.continueFrom(header, () =>
    tracer.run({ name: `${verificationService}/${method}`, kind: 'server', attributes }, async (describe) => {
      const end = await handle()
      describe({ 'rpc.grpc.status_code': 'failed' in end ? end.failed.code : status.OK })
      return end
    }),
  )
}
