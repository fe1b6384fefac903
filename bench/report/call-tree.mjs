import path from 'node:path';

/**
 * A V8 profile as a tree of frames with the time spent; the functions in which most of it went (`top`: in themselves,
 * `inclusive`: with all they call).
 * @param {{ nodes: object[], samples: number[], timeDeltas: number[] }} profile
 */
export function readProfile(profile) {
  const spent = new Map();
  profile.samples.forEach((id, index) => {
    spent.set(id, (spent.get(id) ?? 0) + Math.max(0, profile.timeDeltas[index]));
  });
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const root = build(profile.nodes[0]);
  const idle = takeOut(root, '(idle)');
  return { root, idleMicroseconds: idle, busyMicroseconds: root.total, top: bySelf(root), inclusive: byTotal(root) };

  function build(node) {
    const self = spent.get(node.id) ?? 0;
    const children = merged((node.children ?? []).map((id) => build(byId.get(id))));
    return { name: nameOf(node.callFrame), self, total: self + sum(children), children };
  }
}

/** Frames of the same function under the same parent are one. */
function merged(children) {
  const byName = new Map();
  for (const child of children) {
    const same = byName.get(child.name);
    if (same === undefined) byName.set(child.name, child);
    else {
      same.self += child.self;
      same.total += child.total;
      same.children = merged([...same.children, ...child.children]);
    }
  }
  return [...byName.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function takeOut(root, name) {
  const found = root.children.filter((child) => child.name === name);
  root.children = root.children.filter((child) => child.name !== name);
  const total = sum(found);
  root.total -= total;
  return total;
}

function bySelf(root) {
  const functions = new Map();
  const walk = (node, caller) => {
    // Native code says nothing by its name alone; its caller does.
    const name = node.name.includes(' ') || caller === null ? node.name : `${node.name} ← ${caller}`;
    functions.set(name, (functions.get(name) ?? 0) + node.self);
    for (const child of node.children) walk(child, node.name.includes(' ') ? node.name : name);
  };
  walk(root, null);
  return [...functions].map(([name, self]) => ({ name, self })).sort((a, b) => b.self - a.self);
}

/** A function that calls itself counts once. */
function byTotal(root) {
  const functions = new Map();
  const walk = (node, within) => {
    const outermost = !within.includes(node.name);
    if (outermost) functions.set(node.name, (functions.get(node.name) ?? 0) + node.total);
    for (const child of node.children) walk(child, [...within, node.name]);
  };
  walk(root, []);
  return [...functions].map(([name, total]) => ({ name, total })).sort((a, b) => b.total - a.total);
}

function nameOf({ functionName, url, lineNumber }) {
  const name = functionName === '' ? '(anonymous)' : functionName;
  return url === '' ? name : `${name} ${shortened(url)}:${lineNumber + 1}`;
}

/** Where a reader finds it: the package and file, or the file under dist; no folder of this machine. */
function shortened(url) {
  const file = url.replace(/^file:\/\//, '');
  const inPackage = file.lastIndexOf('/node_modules/');
  if (inPackage !== -1) return file.slice(inPackage + '/node_modules/'.length);
  const inDist = file.lastIndexOf('/dist/');
  if (inDist !== -1) return file.slice(inDist + 1);
  return file.startsWith('node:') ? file : path.basename(file);
}

function sum(nodes) {
  return nodes.reduce((total, node) => total + node.total, 0);
}
