import type { Mailbox, MailboxAudience } from '../../../domain/mail/mailbox.ts'
import { emptyResponse, jsonResponse } from '../../answer/json-response.ts'
import { mailboxPage, mailboxPolicy } from '../../html/mailbox-page.ts'
import type { RequestContext } from '../../request/request-context.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/** Path of the development mailbox. */
export const mailboxPath = '/dev/mailbox'

/** The development mailbox and its audience. */
export interface ShownMailbox {
  readonly mails: Mailbox
  readonly audience: MailboxAudience
}

/** Headers that proxies add: such a request does not come from this machine, even if its socket does. */
const proxyHeader = /forwarded|^via$|^x-original-|(^|-)(real|client|connecting|remote)-(ip|ipv6|addr)$/

/** Shows the mails that were not sent, as a page and as JSON. Clients outside its audience get 404. */
export function useMailbox(contexts: RequestContexts, { mails, audience }: ShownMailbox): HttpPlugin {
  const isShownTo = (request: Request) =>
    audience === 'every-client' || isLocal(contexts.of(request), request.headers)
  return {
    onRequest({ request, endResponse }) {
      const { path } = contexts.of(request)
      if ((path !== mailboxPath && path !== `${mailboxPath}.json`) || !isShownTo(request)) return
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return endResponse(emptyResponse(405, { allow: 'GET, HEAD' }))
      endResponse(path === mailboxPath ? pageResponse(request, mails) : jsonResponse(200, mails.list()))
    },
  }
}

function pageResponse(request: Request, mails: Mailbox): Response {
  const openedId = new URL(request.url).searchParams.get('mail')
  return new Response(mailboxPage(mailboxPath, mails.list(), openedId), {
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': mailboxPolicy },
  })
}

/** Without proxy headers, the address is the peer's own, or null if the peer is a trusted proxy. */
function isLocal({ origin: { address }, incoming }: RequestContext, headers: Headers): boolean {
  if (address === null || !/^(127\.|::1$)/.test(address)) return false
  // Browsers do not use HTTP/1.0. nginx does unless configured otherwise, and then it adds no header.
  if (incoming !== null && incoming.httpVersion !== '1.1') return false
  return ![...headers.keys()].some((name) => proxyHeader.test(name))
}
