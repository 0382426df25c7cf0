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
  const asking = useRef<AbortController | null>(null)
  /** The sign-in with the passkey that the user has chosen. */
  const sending = useRef<Promise<Problem | null> | null>(null)
  /** Asks the user instead of an earlier request, until the page changes. Waits for a passkey that is being sent. */
  const ask = (options: PasskeySignInOptions): Promise<Problem | null> => {
    if (sending.current !== null) return sending.current
    asking.current?.abort()
    asking.current = new AbortController()
    const onChosen = () => {
      sending.current = signedIn
    }
    const signedIn = signIn({ ...options, onChosen, signal: asking.current.signal }).finally(() => {
      sending.current = null
    })
    return signedIn
  }
  const signIn = async (options: PasskeySignInOptions): Promise<Problem | null> => {
    const result = await signInWithPasskey(session.auth, options)
    if (result?.__typename !== 'LoginSuccess') return result ?? { code: 'PASSKEY_CANCELLED' }
    onSignedIn()
    session.signedIn()
    return null
  }
  useEffect(() => {
    // An offer that fails is silent: the user has not asked for it, and can use the button.
    ask({ conditional: true }).catch(() => undefined)
    return () => asking.current?.abort()
  }, [])
  if (!supportsPasskeys()) return null
  return <Form action={factors.passkeySignIn} kind="quiet" onSend={() => ask({})} />
}
