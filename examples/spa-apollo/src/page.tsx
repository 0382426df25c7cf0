import { type ReactNode, useEffect, useRef } from 'react'

interface PageProps {
  /** Of the document, and the heading unless there is another one. */
  readonly title: string
  readonly heading?: string
  readonly children: ReactNode
}

/** A page with its title. The focus moves to its heading, so that screen readers notice the change. */
export function Page({ title, heading = title, children }: PageProps) {
  const top = useRef<HTMLHeadingElement>(null)
  useEffect(() => top.current?.focus(), [])
  return (
    <main>
      <title>{`${title} – Example`}</title>
      <section className="card">
        <h1 ref={top} tabIndex={-1}>
          {heading}
        </h1>
        {children}
      </section>
    </main>
  )
}
