import { type NextRequest, NextResponse } from 'next/server'
import { refresh } from './gatehouse/refresh.ts'
import { accessCookie, refreshCookie } from './gatehouse/service.ts'
import { verify } from './gatehouse/viewer.ts'

export const config = { matcher: ['/((?!_next/|favicon.ico|session$).*)'] }

/** A token that expires while the page renders would be refused. */
const leewayMs = 30_000

/** Runs before every page and action. Refreshes an access token that has expired, for this request and for the browser. */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  if (!request.cookies.get(refreshCookie)?.value || (await isUsable(request))) return NextResponse.next()
  // If Gatehouse cannot answer, the cookies stay, and the page says so.
  const changes = await refresh(request.headers).catch(() => [])
  for (const { name, value } of changes) request.cookies.set(name, value)
  const response = NextResponse.next({ request })
  for (const cookie of changes) response.cookies.set(cookie)
  return response
}

/** Without keys nothing can be verified: a refresh would not help. */
async function isUsable({ cookies }: NextRequest): Promise<boolean> {
  const verified = await verify(cookies.get(accessCookie)?.value)
  if (verified.status !== 'signed-in') return verified.status === 'unavailable'
  const { expiresAt } = verified.viewer
  return expiresAt !== null && expiresAt.getTime() - leewayMs > Date.now()
}
