import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { usePage } from '../router.tsx'
import { useTexts } from '../texts.ts'

interface CardProps {
  readonly heading: string
  readonly text?: ComponentChildren
  readonly children?: ComponentChildren
  /** Links below the card. */
  readonly aside?: ComponentChildren
}

/** A page with one task: the logo, a card, and links below it. */
export function Card({ heading, text, children, aside }: CardProps) {
  return (
    <div class="task">
      <header class="brand-line">
        <Brand />
      </header>
      <main id="content" class="card">
        <Heading>{heading}</Heading>
        {text !== undefined && <p class="lead">{text}</p>}
        {children}
      </main>
      {aside !== undefined && <nav class="aside">{aside}</nav>}
    </div>
  )
}

/** The heading of the page. It gets the focus when the content changes, so that screen readers announce it. */
export function Heading({ children }: { readonly children: string }) {
  const element = useRef<HTMLHeadingElement>(null)
  const { settings } = useApp()
  const page = usePage()
  const { titles } = useTexts()
  useEffect(() => {
    const title = Object.entries(titles).find(([name]) => name === page)?.[1]
    document.title = `${title ?? children} – ${settings.name}`
    if (isFirst()) return
    element.current?.focus()
  }, [children, page])
  return (
    <h1 ref={element} tabIndex={-1}>
      {children}
    </h1>
  )
}

/** Whether nothing has been shown yet: then the browser has placed the focus. */
function isFirst(): boolean {
  const { dataset } = document.documentElement
  const first = dataset.shown === undefined
  dataset.shown = 'true'
  return first
}

/** The logo and the name of the product, which lead to its home page. */
export function Brand() {
  const { settings } = useApp()
  return (
    <a class="brand" href={settings.home}>
      <img src={settings.logo} alt="" height="40" />
      <span>{settings.name}</span>
    </a>
  )
}
