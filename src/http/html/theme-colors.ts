/** Backgrounds of the pages, as in src/pages/design/tokens.css: text of links must be legible on each of them. */
export const pageBackgrounds = { light: ['#ffffff', '#f5f6f8'], dark: ['#191b20', '#101216'] } as const

type Rgb = readonly [red: number, green: number, blue: number]

/**
 * The part of the style sheet that follows from APP_COLOR. The colour is changed only as far as contrast requires: 4.5
 * for text and 3 for shapes (WCAG 2.2, 1.4.3 and 1.4.11).
 */
export function themeStyle(color: string): string {
  const light = schemeStyle(color, pageBackgrounds.light, black)
  const dark = schemeStyle(color, pageBackgrounds.dark, white)
  return `:root{${light}}@media (prefers-color-scheme:dark){:root{${dark}}}`
}

function schemeStyle(color: string, backgrounds: readonly string[], towards: Rgb): string {
  const shape = legible(parse(color), backgrounds.map(parse), towards, 3)
  const text = legible(parse(color), backgrounds.map(parse), towards, 4.5)
  const onShape = contrast(shape, white) >= 4.5 ? white : black
  const hover = mix(shape, onShape === white ? black : white, 0.14)
  return `--brand:${format(shape)};--brand-hover:${format(hover)};--on-brand:${format(onShape)};--link:${format(text)}`
}

/** The text colour with the better contrast on a colour, for pictures outside the style sheet. */
export function textOn(color: string): string {
  return format(contrast(parse(color), white) >= 4.5 ? white : black)
}

/** WCAG 2.2: (L1 + 0.05) / (L2 + 0.05), 1 to 21. */
export function contrastOf(one: string, other: string): number {
  return contrast(parse(one), parse(other))
}

const white: Rgb = [255, 255, 255]
const black: Rgb = [0, 0, 0]
const step = 0.05

/** Mixes the colour with black or white until it has the contrast on each background. */
function legible(color: Rgb, backgrounds: readonly Rgb[], towards: Rgb, min: number): Rgb {
  for (let share = 0; share < 1; share += step) {
    const mixed = mix(color, towards, share)
    if (backgrounds.every((background) => contrast(mixed, background) >= min)) return mixed
  }
  return towards
}

function mix(color: Rgb, other: Rgb, share: number): Rgb {
  const [red, green, blue] = [0, 1, 2].map((index) =>
    Math.round((color[index] ?? 0) * (1 - share) + (other[index] ?? 0) * share),
  )
  return [red ?? 0, green ?? 0, blue ?? 0]
}

function contrast(one: Rgb, other: Rgb): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

/** Relative luminance of sRGB. */
function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((channel) => {
    const value = channel / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function parse(color: string): Rgb {
  const at = (index: number) => Number.parseInt(color.slice(index, index + 2), 16)
  return [at(1), at(3), at(5)]
}

function format(color: Rgb): string {
  return `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}
