import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface PanelProps {
  readonly heading?: string
  readonly badge?: ComponentChildren
  readonly text?: ComponentChildren
  readonly children?: ComponentChildren
}

/** One subject of a section. */
export function Panel({ heading, badge, text, children }: PanelProps) {
  const id = useId()
  return (
    <section class="panel" aria-labelledby={heading === undefined ? undefined : id}>
      {heading !== undefined && (
        <div class="panel-top">
          <h2 id={id}>{heading}</h2>
          {badge}
        </div>
      )}
      {text !== undefined && <p class="panel-text">{text}</p>}
      {children}
    </section>
  )
}

/** A short state next to a name. */
export function Badge({
  children,
  kind = 'plain',
}: {
  readonly children: string
  readonly kind?: 'good' | 'fair' | 'plain'
}) {
  return <span class={`badge badge-${kind}`}>{children}</span>
}
