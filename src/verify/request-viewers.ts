import { unauthenticated } from './access-error.ts'
import type { RequestHeaders } from './credential.ts'
import type { Viewer } from './outcome.ts'
import { findViewer, requireViewer } from './requirements.ts'
import type { Verifier } from './verifier.ts'

export interface ProtectOptions {
  /** Admits requests without a credential, too. A refused credential is never treated as none. */
  readonly optional?: boolean
}

/** By the request object of the framework. */
const viewers = new WeakMap<object, Viewer | null>()

/** Checks the credential of a request and remembers its viewer. @throws AccessError */
export async function admit(
  verifier: Verifier,
  request: object,
  headers: RequestHeaders,
  { optional = false }: ProtectOptions = {},
): Promise<void> {
  const outcome = await verifier.authenticate(headers)
  viewers.set(request, optional ? findViewer(outcome) : requireViewer(outcome))
}

/** The viewer of a request. @throws AccessError if it has no credential; Error if the route is not protected */
export function viewerOf(request: object): Viewer {
  const viewer = findViewerOf(request)
  if (viewer === null) throw unauthenticated('MISSING')
  return viewer
}

/** The viewer of a request; null if it has no credential. @throws Error if the route is not protected */
export function findViewerOf(request: object): Viewer | null {
  const viewer = viewers.get(request)
  if (viewer === undefined)
    throw new Error('The credential of this request was not checked: protect its route.')
  return viewer
}
