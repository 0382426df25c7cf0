import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { Loading, Unreachable } from '../design/waiting.tsx'
import { useStore } from '../store.ts'
import { useTexts } from '../texts.ts'
import { SignInCard } from './sign-in.tsx'

/** Content for users with a session. Others sign in first, and then see it at the same address. */
export function SignedIn({ children }: { readonly children: ComponentChildren }) {
  const { session } = useApp()
  const { signIn } = useTexts()
  const state = useStore(session.state)
  useEffect(() => void session.restore(), [])
  if (state.status === 'SIGNED_IN') return <>{children}</>
  if (state.status === 'UNREACHABLE') return <Unreachable onRetry={() => void session.restore()} />
  if (state.status === 'SIGNED_OUT')
    return <SignInCard purpose={signIn.purpose} onSignedIn={() => undefined} />
  return <Loading />
}
