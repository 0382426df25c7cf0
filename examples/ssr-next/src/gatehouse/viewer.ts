import { createVerifier, endpointsAt, type Viewer } from 'gatehouse-verify'
import { cookies } from 'next/headers'
import { cache } from 'react'
import { accessCookie, gatehouseUrl, refreshCookie } from './service.ts'

const serviceKey = process.env.GATEHOUSE_SERVICE_KEY

const verifier = createVerifier({
  issuer: process.env.TOKEN_ISSUER ?? 'http://localhost:4000',
  audience: process.env.TOKEN_AUDIENCE ?? 'gatehouse',
  tenant: 'default',
  endpoints: endpointsAt(gatehouseUrl),
  // With an API key that has `tokens:verify`, an ended session is refused within about two seconds. Without it, when its token expires.
  ...(serviceKey === undefined ? {} : { serviceKey, revocations: true }),
})

export type Verification =
  | { readonly status: 'signed-in'; readonly viewer: Viewer }
  | { readonly status: 'signed-out' }
  /** It is unknown who this is: the keys, or a new access token, cannot be fetched at the moment. */
  | { readonly status: 'unavailable' }

/** Who reads this page, by the access cookie alone: no call to Gatehouse. Once per request. */
export const getViewer = cache(async (): Promise<Verification> => {
  const jar = await cookies()
  const verified = await verify(jar.get(accessCookie)?.value)
  // proxy.ts could not refresh, and Gatehouse has not ended the session: its cookies are still there.
  const hasSession = Boolean(jar.get(refreshCookie)?.value)
  return verified.status === 'signed-out' && hasSession ? { status: 'unavailable' } : verified
})

/** Verifies an access token. */
export async function verify(token = ''): Promise<Verification> {
  const outcome = await verifier.verify(token)
  switch (outcome.kind) {
    case 'viewer':
      return { status: 'signed-in', viewer: outcome.viewer }
    case 'refused':
      return { status: 'signed-out' }
    case 'unavailable':
      return { status: 'unavailable' }
  }
}
