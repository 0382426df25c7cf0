import { type StartLink, startPage, startPolicy } from '../../html/start-page.ts'
import { graphqlPath } from '../../request/graphql-path.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'
import { readEndpoint } from './endpoint.ts'
import { mailboxPath } from './use-mailbox.ts'

/** The parts of the service that exist in this installation. */
export interface StartedParts {
  readonly name: string
  readonly pages: boolean
  readonly graphiql: boolean
  readonly mailbox: boolean
}

/** Shows at `/` where things are. In production there is no such page. */
export function useStartPage(contexts: RequestContexts, parts: StartedParts): HttpPlugin {
  const html = startPage(parts.name, linksOf(parts))
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': startPolicy }
  return readEndpoint(contexts, '/', () => new Response(html, { headers }))
}

function linksOf({ pages, graphiql, mailbox }: StartedParts): readonly StartLink[] {
  const links: readonly (StartLink | null)[] = [
    pages ? { path: '/sign-up', label: 'Sign up', text: 'Creates an account.' } : null,
    pages ? { path: '/account', label: 'Account', text: 'Profile, password, devices and history.' } : null,
    graphiql ? { path: graphqlPath, label: 'GraphiQL', text: 'The API, with examples.' } : null,
    mailbox ? { path: mailboxPath, label: 'Mailbox', text: 'Mails that the service would have sent.' } : null,
    { path: '/health/ready', label: 'Readiness', text: 'Whether the service can serve requests.' },
    {
      path: '/.well-known/jwks.json',
      label: 'Keys',
      text: 'Public keys for the verification of access tokens.',
    },
  ]
  return links.filter((link) => link !== null)
}
