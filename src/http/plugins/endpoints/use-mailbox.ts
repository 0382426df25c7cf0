import type { Mailbox } from '../../../domain/mail/mailbox.ts'
import { emptyResponse, jsonResponse } from '../../answer/json-response.ts'
import { mailboxPage, mailboxPolicy } from '../../html/mailbox-page.ts'
import type { RequestContext, RequestContexts } from '../../request/request-context.ts'
import type { HttpPlugin } from '../http-plugin.ts'

const mailboxPath = '/dev/mailbox'

/** The development mailbox, and who may look into it. */
export interface ShownMailbox {
  readonly mails: Mailbox
  readonly shownTo: 'loopback' | 'everybody'
}

/** What proxies add: a request that came through one is not from this machine, whatever its socket says. */
const forwarded = /forwarded|^via$|^x-original-|(^|-)(real|client|connecting|remote)-(ip|ipv6|addr)$/

/** Shows the mails that were not sent, as a page and as JSON. To whom it is not meant for, there is no such path. */
export function useMailbox(contexts: RequestContexts, { mails, shownTo }: ShownMailbox): HttpPlugin {
  const isMeantFor = (request: Request) =>
    shownTo === 'everybody' || isLocal(contexts.of(request), request.headers)
  return {
    onRequest({ request, endResponse }) {
      const { path } = contexts.of(request)
      if ((path !== mailboxPath && path !== `${mailboxPath}.json`) || !isMeantFor(request)) return
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return endResponse(emptyResponse(405, { allow: 'GET, HEAD' }))
      endResponse(path === mailboxPath ? page(request, mails) : jsonResponse(200, mails.list()))
    },
  }
}

function page(request: Request, mails: Mailbox): Response {
  const opened = new URL(request.url).searchParams.get('mail')
  return new Response(mailboxPage(mailboxPath, mails.list(), opened), {
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': mailboxPolicy },
  })
}

/** The address is the peer's own when nothing tells of a proxy; behind a trusted proxy there is none then. */
function isLocal({ origin: { address }, incoming }: RequestContext, headers: Headers): boolean {
  if (address === null || !/^(127\.|::1$)/.test(address)) return false
  // No browser speaks HTTP/1.0, but nginx does where it is not told otherwise, and adds no header then.
  if (incoming !== null && incoming.httpVersion !== '1.1') return false
  return ![...headers.keys()].some((name) => forwarded.test(name))
}
