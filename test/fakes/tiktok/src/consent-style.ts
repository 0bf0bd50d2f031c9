/** Everything is on the page itself: no script, no font, no other request. */
export const CONSENT_STYLE = `
:root{color-scheme:light dark;--ink:#161823;--paper:#fff;--ground:#f4f4f6;--line:#e1e1e8;--dim:#62626f;--go:#e1234f;--go-ink:#fff;--lift:0 12px 40px #16182318}
@media (prefers-color-scheme:dark){:root{--ink:#f3f3f6;--paper:#1c1c22;--ground:#101014;--line:#33333d;--dim:#a9a9b6;--go:#ff5478;--go-ink:#1a0a0f;--lift:none}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100dvh;display:grid;place-items:center;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;padding:16px}
main{width:100%;max-width:27rem;background:var(--paper);border:1px solid var(--line);border-radius:20px;padding:24px;box-shadow:var(--lift)}
.pair{display:flex;align-items:center;gap:.6rem;margin-bottom:1.1rem}
.tile{width:44px;height:44px;border-radius:12px;display:grid;place-items:center;font-weight:700;font-size:1.2rem;color:#fff;background:linear-gradient(140deg,#5b3df5,#c0408f)}
.tile.note{background:#161823;border:1px solid var(--line)}
.dots{color:var(--dim);letter-spacing:.2em}
.mark{margin-left:auto;font-size:.75rem;color:var(--dim);border:1px solid var(--line);border-radius:99px;padding:.15rem .6rem}
h1{font-size:1.3rem;line-height:1.3;margin:0 0 1.2rem;text-wrap:balance}
label.title,legend{display:block;font-weight:600;font-size:.9rem;padding:0;margin-bottom:.4rem}
select{width:100%;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:.65rem .7rem;margin-bottom:1.2rem}
fieldset{border:0;padding:0;margin:0 0 1.3rem;min-width:0}
.scope{display:flex;gap:.75rem;align-items:flex-start;padding:.6rem 0;border-top:1px solid var(--line);cursor:pointer}
.scope.fixed{cursor:default}
.scope input{flex:none;width:1.2rem;height:1.2rem;margin:.15rem 0 0;accent-color:var(--go)}
.scope small{display:block;color:var(--dim);font-size:.8rem;overflow-wrap:anywhere}
.actions{display:grid;gap:.6rem}
button{font:inherit;font-weight:600;min-height:48px;border-radius:10px;border:1px solid var(--line);background:transparent;color:inherit;cursor:pointer}
button:hover{border-color:var(--dim)}
button.go{background:var(--go);border-color:var(--go);color:var(--go-ink)}
button.go:hover{filter:brightness(1.06)}
:focus-visible{outline:3px solid var(--go);outline-offset:2px;border-radius:10px}
footer{margin-top:1.1rem;color:var(--dim);font-size:.8rem}
code{font-size:.9em;overflow-wrap:anywhere}
`;
