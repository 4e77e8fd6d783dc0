document.body.append("run8n");
