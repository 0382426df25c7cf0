'use client'

import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useSyncExternalStore,
} from 'react'
import type { AuthClient } from './auth-client.ts'
import { type Sessions, useSessionList } from './session-list.ts'
import { type AuthState, type CurrentUser, loadingState, SessionState } from './session-state.ts'
import { type SignInSteps, useStepsOf } from './sign-in-steps.ts'

export type { ListedSession, SessionProblem, Sessions } from './session-list.ts'
export type { AuthState, AuthStatus, CurrentUser } from './session-state.ts'
export type { SecondFactorProof, SignInStep, SignInSteps, StartedApp, StepResult } from './sign-in-steps.ts'

export interface AuthProviderProps {
  /** Created once per page, outside of components. */
  readonly client: AuthClient
  readonly children?: ReactNode
}

/** What `useAuth` returns. */
export interface Auth extends AuthState {
  readonly client: AuthClient
  /** Queries the user again, for example after `updateProfile` or when the service was unavailable. Never rejects. */
  readonly reload: () => Promise<void>
  /** Ends the session. @throws GatehouseUnavailable; the session is kept then */
  readonly signOut: AuthClient['signOut']
}

interface Provided {
  readonly client: AuthClient
  readonly state: SessionState
}

const AuthContext = createContext<Provided | null>(null)
/** One state per client, however often and by how many roots a provider is rendered. */
const provided = new WeakMap<AuthClient, Provided>()

/** Provides the session of a client to the hooks and components below it. */
export function AuthProvider({ client, children }: AuthProviderProps): ReactElement {
  return createElement(AuthContext.Provider, { value: provide(client) }, children)
}

/** The status of the session, its user, and what to do with it. */
export function useAuth(): Auth {
  const { client, state } = useProvided()
  return { ...useAuthState(), client, reload: state.reload, signOut: (input) => client.signOut(input) }
}

/** The signed-in user; null while it is unknown or if no one is signed in. */
export function useUser(): CurrentUser | null {
  return useAuthState().user
}

/** The sessions of the signed-in user, and what ends them. */
export function useSessions(): Sessions {
  return useSessionList(useProvided().client, useAuthState().sessionId)
}

/** The steps of a sign-in between the right password and the session: second factor and its enrolment. */
export function useSignInSteps(): SignInSteps {
  return useStepsOf(useProvided().client)
}

/** Renders its children only if a user is signed in. It hides, it does not protect: the service decides who may read what. */
export function SignedIn({ children }: { readonly children?: ReactNode }): ReactNode {
  return useAuthState().status === 'signed-in' ? children : null
}

/** Renders its children only if it is known that no one is signed in. */
export function SignedOut({ children }: { readonly children?: ReactNode }): ReactNode {
  return useAuthState().status === 'signed-out' ? children : null
}

function useAuthState(): AuthState {
  const { state } = useProvided()
  return useSyncExternalStore(state.subscribe, state.get, getServerState)
}

function getServerState(): AuthState {
  return loadingState
}

function useProvided(): Provided {
  const found = useContext(AuthContext)
  if (found === null) throw new Error('There is no <AuthProvider> above this component.')
  return found
}

function provide(client: AuthClient): Provided {
  const known = provided.get(client) ?? { client, state: new SessionState(client) }
  provided.set(client, known)
  return known
}
