"use strict";
(function () {
  const data = JSON.parse(document.getElementById("plots").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const drawn = [];

  function draw(paper) {
    const night = dark.matches && !paper;
    const ink = paper ? "#000" : night ? "#e6e9ef" : "#1d2330";
    const soft = paper ? "#333" : night ? "#a3acba" : "#5b6474";
    const grid = paper ? "#ccc" : night ? "#39414e" : "#e3e7ed";
    const accent = night ? "#7fb0ff" : "#2458a6";
    const axis = (name, more) => Object.assign({
      type: "value", name: name, nameLocation: "middle", nameTextStyle: { color: ink, fontSize: 12 },
      axisLabel: { color: soft, fontSize: 11 }, axisLine: { show: true, lineStyle: { color: soft } },
      splitLine: { lineStyle: { color: grid } }
    }, more);
    const percent = (name, side) => axis(name, {
      nameGap: side ? 42 : 28, min: 0, max: 1, axisLabel: { color: soft, fontSize: 11, formatter: v => Math.round(v * 100) + " %" }
    });
    const line = (name, points, more) => Object.assign({
      type: "line", name: name, data: points, showSymbol: false, color: accent, lineStyle: { width: 2, color: accent }, emphasis: { disabled: true }
    }, more);
    const reference = (name, points) => line(name, points, {
      color: soft, lineStyle: { width: 1, type: "dashed", color: soft }, silent: true, tooltip: { show: false }
    });
    const plots = {
      roc: {
        xAxis: percent("negative rows called yes"), yAxis: percent("yes rows called yes", true),
        series: [reference("chance", [[0, 0], [1, 1]]), line("model", data.roc)]
      },
      precisionRecall: {
        xAxis: percent("yes rows called yes (recall)"), yAxis: percent("called yes that are (precision)", true),
        series: [reference("share of yes", [[0, data.rate], [1, data.rate]]), line("model", data.precisionRecall)]
      },
      calibration: {
        xAxis: axis("mean probability given", { nameGap: 28, min: 0, max: data.calibrationEnd, axisLabel: { color: soft, fontSize: 11, formatter: v => Math.round(v * 100) + " %" } }),
        yAxis: axis("share of yes found", { nameGap: 42, min: 0, max: data.calibrationEnd, axisLabel: { color: soft, fontSize: 11, formatter: v => Math.round(v * 100) + " %" } }),
        series: [reference("perfect", [[0, 0], [data.calibrationEnd, data.calibrationEnd]]), line("deciles", data.calibration, { showSymbol: true, symbol: "circle", symbolSize: 7 })]
      },
      gain: {
        xAxis: percent("rows, highest probability first"), yAxis: percent("share of all yes among them", true),
        series: [reference("chance", [[0, 0], [1, 1]]), line("model", data.gain, { showSymbol: true, symbol: "circle", symbolSize: 6 })]
      },
      lift: {
        xAxis: axis("decile, highest probability first", { type: "category", data: data.lift.map((_, i) => String(i + 1)), nameGap: 28 }),
        yAxis: axis("lift", { nameGap: 34 }),
        series: [{
          type: "bar", name: "lift", data: data.lift, color: accent, barCategoryGap: "25%", emphasis: { disabled: true },
          label: { show: true, position: "top", color: ink, fontSize: 10, formatter: p => p.value.toFixed(1) },
          markLine: { silent: true, symbol: "none", data: [{ yAxis: 1 }], lineStyle: { color: soft, type: "dashed" }, label: { show: false } }
        }]
      },
      importance: {
        grid: { left: 8, right: 48, top: 8, bottom: 8, containLabel: true },
        xAxis: axis("", { show: false }),
        yAxis: { type: "category", inverse: true, data: data.importance.map(i => i[0]), axisTick: { show: false }, axisLine: { lineStyle: { color: soft } }, axisLabel: { color: ink, fontSize: 12, width: 130, overflow: "truncate" } },
        series: [{
          type: "bar", name: "importance", data: data.importance.map(i => i[1]), color: accent, barCategoryGap: "30%", emphasis: { disabled: true },
          label: { show: true, position: "right", color: ink, fontSize: 11, formatter: p => (100 * p.value).toFixed(1) + " %" }
        }]
      }
    };
    drawn.splice(0).forEach(chart => chart.dispose());
    document.querySelectorAll("[data-plot]").forEach(element => {
      // Before a print the page still has the screen's width: drawn for paper, and scaled by the style
      const size = paper ? element.classList.contains("wide") ? { width: 820, height: 308 } : { width: 420, height: 322 } : {};
      const chart = echarts.init(element, null, Object.assign({ renderer: "svg" }, size));
      chart.setOption(Object.assign({
        animation: false, grid: { left: 58, right: 18, top: 14, bottom: 44 },
        // Drawn text, not HTML: the page's security policy allows no styles from strings, and no name can be markup
        tooltip: { renderMode: "richText", trigger: "axis", valueFormatter: v => Number(v).toFixed(3) }
      }, plots[element.dataset.plot]));
      element.querySelector("svg").setAttribute("viewBox", `0 0 ${chart.getWidth()} ${chart.getHeight()}`);
      drawn.push(chart);
    });
  }

  let paper = false;
  const redraw = () => draw(paper);
  const toPaper = yes => { paper = yes; redraw(); };
  redraw();
  dark.addEventListener("change", redraw);
  addEventListener("resize", () => paper || redraw());
  addEventListener("beforeprint", () => toPaper(true));
  addEventListener("afterprint", () => toPaper(false));
})();
