"""The look: Gradio's parts drawn with the colours and letters of ``style.css``."""

from __future__ import annotations

import gradio as gr


def theme() -> gr.themes.Base:
    """Return a theme of system fonts only, so that no font is ever fetched."""
    both = {
        "body_background_fill": "var(--paper)",
        "body_text_color": "var(--ink)",
        "body_text_color_subdued": "var(--faint)",
        "background_fill_primary": "var(--sheet)",
        "background_fill_secondary": "var(--paper)",
        "block_background_fill": "transparent",
        "block_border_color": "var(--line)",
        "border_color_primary": "var(--line)",
        "border_color_accent": "var(--seal)",
        "color_accent": "var(--seal)",
        "color_accent_soft": "var(--wash)",
        "link_text_color": "var(--seal)",
        "input_background_fill": "var(--sheet)",
        "input_background_fill_focus": "var(--sheet)",
        "input_border_color": "var(--line)",
        "input_border_color_focus": "var(--seal)",
        "input_placeholder_color": "var(--faint)",
        "button_primary_background_fill": "var(--seal)",
        "button_primary_background_fill_hover": "var(--seal)",
        "button_primary_text_color": "var(--on-seal)",
        "button_secondary_background_fill": "transparent",
        "button_secondary_background_fill_hover": "var(--wash)",
        "button_secondary_text_color": "var(--faint)",
        "button_secondary_border_color": "transparent",
    }
    sans = (
        "system-ui",
        "-apple-system",
        "'Segoe UI'",
        "'Noto Sans'",
        "'PingFang SC'",
        "'Microsoft YaHei'",
        "'Noto Sans CJK SC'",
        "'Source Han Sans SC'",
        "sans-serif",
    )
    light_only = {"color_accent"}
    base = gr.themes.Base(font=sans, font_mono=("ui-monospace", "monospace"))
    return base.set(
        **both,
        **{f"{name}_dark": value for name, value in both.items() if name not in light_only},
        block_border_width="0px",
        block_shadow="none",
        input_shadow="none",
        input_shadow_focus="0 0 0 3px var(--wash)",
        input_radius="12px",
        button_large_radius="10px",
        button_small_radius="8px",
    )
