// Holds dashboards against the types that Grafana publishes of its JSON: npm's @grafana/schema, as installed in the working folder.
//
//   node schema_check.mjs FILE.json...     exit status 1, and a line for each kind of fault
//
// Types become JSON schemas; an unknown key is a fault, as an editor's spelling mistake would be.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(`${process.cwd()}/`);
const { Ajv } = require('ajv');
const { createGenerator } = require('ts-json-schema-generator');

const PUBLISHED = 'node_modules/@grafana/schema/dist';
// Version 10 keeps it in one place, version 12 in another.
const DASHBOARD = ['types/raw/dashboard/x/types.gen.d.ts', 'esm/raw/dashboard/x/dashboard_types.gen.d.ts'].map((path) => `${PUBLISHED}/${path}`).find(fs.existsSync);
const PANELS = { stat: 'StatPanelCfg', timeseries: 'TimeSeriesPanelCfg', heatmap: 'HeatmapPanelCfg', table: 'TablePanelCfg' };

// What the published types leave out, and every Grafana writes or reads.
const ALLOWED = [
  /annotations\/list\/N .*additionalProperty":"(expr|step|titleFormat|textFormat|tagKeys|useValueForTime)"/, // the Prometheus data source's own
  /templating\/list\/N .*additionalProperty":"definition"/, // what the editor shows of a query
  /templating\/list\/N\/current must have required property/, // empty: the first data source there is
  /stat options .*additionalProperty":"percentChangeColorMode"/, // required by 12, unknown to 10, which passes over it
];

const ajv = new Ajv({ allErrors: true, strict: false });
const compiled = (path, type) => ajv.compile(createGenerator({ path, type, skipTypeCheck: true }).createSchema(type));
const faults = new Map();

function hold(check, value, what) {
  if (check(value)) return;
  for (const error of check.errors) {
    const fault = `${what} ${error.instancePath.replace(/\/\d+/g, '/N')} ${error.message} ${JSON.stringify(error.params)}`;
    if (!ALLOWED.some((allowed) => allowed.test(fault))) faults.set(fault, (faults.get(fault) ?? 0) + 1);
  }
}

const dashboards = process.argv.slice(2).map((file) => JSON.parse(fs.readFileSync(file, 'utf8')));
let panels = 0;
const whole = compiled(DASHBOARD, 'Dashboard');
const kinds = Object.fromEntries(Object.entries(PANELS).map(([kind, file]) => {
  const path = `${PUBLISHED}/esm/raw/composable/${kind}/panelcfg/x/${file}_types.gen.d.ts`;
  const own = /\b(interface|type) FieldConfig\b/.test(fs.readFileSync(path, 'utf8'));
  return [kind, { options: compiled(path, 'Options'), custom: own ? compiled(path, 'FieldConfig') : () => true }];
}));
for (const dashboard of dashboards) {
  hold(whole, dashboard, 'dashboard');
  for (const panel of dashboard.panels.flatMap((row) => [row, ...(row.panels ?? [])]).filter(({ type }) => type !== 'row')) {
    hold(kinds[panel.type].options, panel.options, `${panel.type} options`);
    hold(kinds[panel.type].custom, panel.fieldConfig.defaults.custom ?? {}, `${panel.type} custom`);
    ++panels;
  }
}
for (const [fault, times] of faults) console.log(`${times} x ${fault}`);
console.log(`${dashboards.length} dashboards, ${panels} panels`);
process.exitCode = faults.size || !panels ? 1 : 0;
