import type { ComponentChildren } from 'preact'

/** A message about a failure. The element is always there, so that screen readers announce its changes. */
export function Alert({ children }: { readonly children: ComponentChildren }) {
  return (
    <div role="alert">
      {children !== null && (
        <p class="alert" tabIndex={-1}>
          {children}
        </p>
      )}
    </div>
  )
}

/** A message about something that went well or that is only for information. */
export function Notice({ children }: { readonly children: ComponentChildren }) {
  return <div role="status">{children !== null && <p class="notice">{children}</p>}</div>
}
