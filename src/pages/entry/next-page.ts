import { readReturnTo } from '../return-to.ts'
import { navigate } from '../router.tsx'
import type { Settings } from '../settings.ts'

/** The address in `return_to`, if the page may lead there. */
function returnTarget({ returnOrigins }: Settings): URL | null {
  const text = new URLSearchParams(location.search).get('return_to')
  return readReturnTo(text, location.href, returnOrigins)
}

/** Leads to the address in `return_to` after the sign-in, or else to the account. No token is handed over. */
export function leaveSignIn(settings: Settings): void {
  const target = returnTarget(settings)
  if (target === null) navigate('account')
  else location.assign(target.href)
}
