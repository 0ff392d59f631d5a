"""Reduces a project's published CustomResourceDefinition to what the tests' validator needs: names, types, what is
required, which values are allowed. Sentences are left out, and so are parts that our documents do not use: a document
that used one would be refused.

  trim-crd.py CRD.yaml VERSION SOURCE DROP... > schema.json      (needs PyYAML; DROP is a path such as spec/explainer)

io/escala/infra/inferenceservice.json: kserve/kserve v0.20.0, Apache License 2.0,
  charts/kserve-crd/templates/serving.kserve.io_inferenceservices.yaml, version v1beta1
io/escala/infra/sparkapplication.json: kubeflow/spark-operator v2.4.0, Apache License 2.0,
  charts/spark-operator-chart/crds/sparkoperator.k8s.io_sparkapplications.yaml, version v1beta2
Both projects' whole repositories are in the Go module proxy: go mod download -json github.com/kserve/kserve@v0.20.0
"""
import json, sys, yaml
src, version, source, drop = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
crd = None
for d in yaml.load_all(open(src), Loader=yaml.CSafeLoader):
    if d and d.get('kind') == 'CustomResourceDefinition': crd = d
schema = [v for v in crd['spec']['versions'] if v['name'] == version][0]['schema']['openAPIV3Schema']
KEEP = ('type','enum','pattern','minimum','maximum','required','x-kubernetes-int-or-string','x-kubernetes-preserve-unknown-fields')
def trim(s):
    o = {k: s[k] for k in KEEP if k in s}
    if 'properties' in s: o['properties'] = {k: trim(v) for k, v in s['properties'].items()}
    if 'items' in s: o['items'] = trim(s['items'])
    if isinstance(s.get('additionalProperties'), dict): o['additionalProperties'] = trim(s['additionalProperties'])
    elif 'additionalProperties' in s: o['additionalProperties'] = s['additionalProperties']
    return o
t = trim(schema)
for path in ['status'] + drop:
    node, names = t, path.split('/')
    for name in names[:-1]:
        node = node['items'] if name == '[]' else node['properties'][name]
    del node['properties'][names[-1]]
json.dump({'source': source, 'group': crd['spec']['group'], 'kind': crd['spec']['names']['kind'], 'version': version,
           'schema': t}, sys.stdout, separators=(',', ':'), sort_keys=True)
print()
