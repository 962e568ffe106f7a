import { build } from "esbuild";
const entry = process.argv[2].split(",");
const r = await build({ stdin: { contents: entry.map(e=>`export * from "./src/${e}";`).join("\n"), resolveDir: process.cwd() }, bundle:true, platform:"browser", format:"esm", write:false, metafile:true, external:["node:*","onnxruntime-node"], packages:"external", logLevel:"silent" });
const inputs = r.metafile.inputs;
for (const [p, {imports}] of Object.entries(inputs)) for (const i of imports) if (i.external && !["zod","@bufbuild/protobuf","onnx-buf","@bufbuild/protobuf/codegenv2"].includes(i.path)) {
  console.log(p, "->", i.path);
}
console.log(Object.keys(inputs).length, "modules", Math.round(r.outputFiles[0].text.length/1024),"KB");
// chains
const rev = new Map(); for (const [p,{imports}] of Object.entries(inputs)) for (const i of imports) if(!i.external) (rev.get(i.path)??rev.set(i.path,[]).get(i.path)).push(p);
const bad=[...new Set(Object.entries(inputs).filter(([,v])=>v.imports.some(i=>i.external&&!["zod","@bufbuild/protobuf","onnx-buf"].includes(i.path))).map(([p])=>p))];
for (const b of bad){ let chain=[b],cur=b,seen=new Set([b]); // bfs to root
 const q=[[b]]; let found; while(q.length){const c=q.shift(); const l=c.at(-1); if(l==="<stdin>"){found=c;break;} for(const n of rev.get(l)??[]) if(!seen.has(n)){seen.add(n);q.push([...c,n]);}}
 console.log((found??[b]).join(" <- ")); }
