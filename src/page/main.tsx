import { begin } from "./page.tsx";

begin();
