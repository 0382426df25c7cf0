import { createElement, type ReactNode, StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { createAuthClient, type Transport } from '../../../src/clients/client.ts'
import {
  AuthProvider,
  SignedIn,
  SignedOut,
  useAuth,
  useSessions,
  useUser,
} from '../../../src/clients/react.ts'
import { button, SignIn } from './react-steps.ts'

/** The functions that tests call in a page of React pieces. */
declare global {
  interface Window {
    reactPage: { readonly auth: ReturnType<typeof createAuthClient>; readonly errors: readonly string[] }
    startReactPage(url: string, transport: Transport): void
  }
}

function App(): ReactNode {
  const { status, signOut, reload } = useAuth()
  return [
    createElement('h1', { key: 'status' }, status),
    createElement(SignedOut, { key: 'out' }, createElement(SignIn)),
    createElement(
      SignedIn,
      { key: 'in' },
      createElement(Account),
      button('Sign out', () => signOut()),
    ),
    createElement('button', { key: 'again', onClick: reload, type: 'button' }, 'Reload'),
  ]
}

function Account(): ReactNode {
  const user = useUser()
  const { sessions, loadMore, revoke, revokeOthers } = useSessions()
  return createElement(
    'section',
    null,
    createElement('p', null, user?.email),
    createElement(
      'ol',
      null,
      sessions?.map(({ id, current }) =>
        createElement(
          'li',
          { key: id },
          button(current ? 'here' : 'End', () => revoke(id)),
        ),
      ),
    ),
    loadMore !== null && button('More', loadMore),
    button('End others', revokeOthers),
  )
}

/** Hydrates what a server would have rendered, in strict mode, and collects what React complains about. */
window.startReactPage = (url, transport) => {
  const errors: string[] = []
  console.error = (...parts: unknown[]) => void errors.push(parts.join(' '))
  const auth = createAuthClient({ url, transport })
  const app = createElement(
    StrictMode,
    null,
    createElement(AuthProvider, { client: auth }, createElement(App)),
  )
  const root = document.createElement('main')
  root.innerHTML = renderToString(app)
  document.body.append(root)
  hydrateRoot(root, app, { onRecoverableError: (error) => void errors.push(String(error)) })
  window.reactPage = { auth, errors }
}
