// The first script of the page. Gradio compiles code while it runs: the scripts of its parts, and
// templates. The policy must let it ("unsafe-eval"); what stands in for a policy that would not is
// this: of all code that anything on the page asks to have compiled, that alone is which the
// server sent with the page (Trusted Types). Scripts come from this server alone.
(() => {
  if (!window.trustedTypes) return; // a browser without them has the rest of the policy
  const templates = [
    '(function anonymous(container,depth0,helpers,partials,data\n) {\n  return "";\n\n})',
    '(function anonymous(container,depth0,helpers,partials,data\n) {\n  return "${value}";\n\n})',
  ];
  // What a part is given by name differs: where it is left as it was, "__type__" is among it.
  const ofValue = /^\(function anonymous\([\w,]*\n\) \{\nreturn `(?:\$\{value\})?`;\n\}\)$/;
  const ofPart = (code) =>
    `(function anonymous(element,trigger,props,server,upload,watch\n) {\n${code}\n})`;
  const ofEvent = (code) =>
    `(async function anonymous(\n) {\nreturn (\n${String(code).trim()}\n);\n})`;
  let known;
  const sent = () =>
    (known ??= new Set([
      ...templates,
      ...window.gradio_config.components.map((part) => ofPart(part.props.js_on_load)),
      ...window.gradio_config.dependencies.map((event) => ofEvent(event.js)),
    ]));
  trustedTypes.createPolicy("default", {
    createHTML: (text) => text,
    createScript: (code) => (sent().has(code) || ofValue.test(code) ? code : null),
    createScriptURL: (address) =>
      new URL(address, document.baseURI).origin === location.origin ? address : null,
  });
})();
