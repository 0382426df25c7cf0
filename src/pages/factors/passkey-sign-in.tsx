import { useEffect, useRef } from 'preact/hooks'
import { type PasskeySignInOptions, signInWithPasskey } from '../../clients/passkeys.ts'
import { useApp } from '../app-context.ts'
import { Form } from '../design/form.tsx'
import type { Problem } from '../failure.ts'
import { useTexts } from '../texts.ts'
import { supportsPasskeys } from './supports-passkeys.ts'

/** Signs in with a passkey: by a button, or by choosing the passkey in the field of the identifier. */
export function PasskeySignIn({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const { session } = useApp()
  const { factors } = useTexts()
  const offer = useRef<AbortController | null>(null)
  const signIn = async (options: PasskeySignInOptions): Promise<Problem | null> => {
    const result = await signInWithPasskey(session.auth, options)
    if (result?.__typename !== 'LoginSuccess') return result ?? { code: 'PASSKEY_CANCELLED' }
    onSignedIn()
    session.signedIn()
    return null
  }
  useEffect(() => {
    offer.current = new AbortController()
    // An offer that fails is silent: the user has not asked for it, and can use the button.
    signIn({ conditional: true, signal: offer.current.signal }).catch(() => undefined)
    return () => offer.current?.abort()
  }, [])
  const send = () => {
    offer.current?.abort()
    return signIn({})
  }
  if (!supportsPasskeys()) return null
  return <Form action={factors.passkeySignIn} kind="quiet" onSend={send} />
}
