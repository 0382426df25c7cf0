import { cookies, headers } from 'next/headers'
import { refresh } from '../../gatehouse/refresh.ts'

/**
 * Where a page sends the browser if Gatehouse has refused a token that was valid by itself: the session has ended, or its
 * permissions have changed, which a new token shows. A page cannot set cookies; this can.
 */
export async function GET(): Promise<Response> {
  const changes = await refresh(await headers()).catch(() => [])
  const jar = await cookies()
  for (const cookie of changes) jar.set(cookie)
  // A relative address: the Host header does not decide where the browser goes.
  return new Response(null, {
    status: 303,
    headers: { location: '/?refreshed', 'cache-control': 'no-store' },
  })
}
