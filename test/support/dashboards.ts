import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface DashboardQuery {
  readonly board: string
  /** Of the panel. */
  readonly title: string
  readonly expr: string
}

export interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly panels: readonly {
    readonly title: string
    readonly description?: string
    readonly targets: readonly { readonly expr: string }[]
  }[]
}

/** The dashboards of Grafana in a folder of `deploy/monitoring`. */
export async function readDashboards(folder: string): Promise<readonly Dashboard[]> {
  const files = (await readdir(join(folder, 'dashboards'))).filter((file) => file.endsWith('.json'))
  return Promise.all(
    files.map(
      async (file): Promise<Dashboard> =>
        JSON.parse(await readFile(join(folder, 'dashboards', file), 'utf8')),
    ),
  )
}

/** Each query of each panel. */
export async function dashboardQueries(folder: string): Promise<readonly DashboardQuery[]> {
  return (await readDashboards(folder)).flatMap(({ uid, panels }) =>
    panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ board: uid, title, expr }))),
  )
}
