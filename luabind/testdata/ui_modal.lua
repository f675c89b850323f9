-- What a person fills in brings its label.
print(json.encode(ui.input{id = "why", label = "Why?", description = "In short.", style = "paragraph", min = 1, max = 500, required = false, value = "v", placeholder = "p"}))
--> {"component":{"custom_id":"why","max_length":500,"min_length":1,"placeholder":"p","required":false,"style":2,"type":4,"value":"v"},"description":"In short.","label":"Why?","type":18}
print(json.encode(ui.upload{id = "f", label = "Files", min = 1, max = 3, file_types = {"image/*"}}))  --> {"component":{"custom_id":"f","file_types":["image/*"],"max_values":3,"min_values":1,"type":19},"label":"Files","type":18}
print(json.encode(ui.radio("r", {label = "R", options = {"a", {label = "B", value = "b", default = true}}})))
--> {"component":{"custom_id":"r","options":[{"label":"a","value":"a"},{"default":true,"label":"B","value":"b"}],"type":21},"label":"R","type":18}
print(json.encode(ui.checkboxes{id = "c", label = "C", options = {"a"}, min = 0, required = false}))
--> {"component":{"custom_id":"c","min_values":0,"options":[{"label":"a","value":"a"}],"required":false,"type":22},"label":"C","type":18}
print(json.encode(ui.checkbox{id = "b", label = "B", default = true}))  --> {"component":{"custom_id":"b","default":true,"type":23},"label":"B","type":18}
print(json.encode(ui.label("Who?", ui.user_select{id = "u"}, {description = "d"})))  --> {"component":{"custom_id":"u","type":5},"description":"d","label":"Who?","type":18}
---
-- A modal.
local m = ui.modal{id = "report", title = "Report", "Be kind.", ui.input{id = "why", label = "Why?"}, ui.checkbox{id = "agree", label = "I agree"}}
print(m.custom_id, m.title, #m.components, m.components[1].content, m.components[2].component.style)  --> report	Report	3	Be kind.	1
---
ui.input{id = "a", label = "b", min = 5, max = 4}  ### "ui.input: min: int value should be less than or equal to 4"
---
ui.input{id = "a"}  ### "ui.input: label is required"
---
ui.input{label = "a"}  ### "ui.input: id: this field is required"
---
ui.input{id = "a", label = ("x"):rep(46)}  ### "ui.input: label: must be between 1 and 45 in length, got 46"
---
ui.input{id = "a", label = "b", max = 4001}  ### "ui.input: max: int value should be less than or equal to 4000"
---
ui.radio{id = "a", label = "b", options = {"one"}}  ### "ui.radio: options: must be between 2 and 10 in length, got 1"
---
ui.checkboxes{id = "a", label = "b", options = {"x"}, min = 2}  ### "ui.checkboxes: min: int value should be less than or equal to 1"
---
ui.upload{id = "a", label = "b", min = 0}  ### "ui.upload: min: int value should be greater than or equal to 1"
---
ui.label("x", ui.button("a", "b"))  ### "ui.label: component.type: BUTTON cannot stand here"
---
ui.label("x", ui.user_select{id = "a", disabled = true})  ### "ui.label: component.disabled: value must be one of \\{False\\}"
---
ui.modal{id = "m", title = "t"}  ### "ui.modal: components is required"
---
ui.modal{id = "m", title = "t", ui.button("a", "b")}  ### "ui.modal: components\\[1\\].type: BUTTON cannot stand here"
---
ui.modal{id = "m", title = "t", "1", "2", "3", "4", "5", "6"}  ### "ui.modal: components: must be between 1 and 5 in length, got 6"
---
ui.modal{id = "m", title = "t", ui.input{id = "a", label = "a"}, ui.checkbox{id = "a", label = "b"}}  ### "ui.modal: components\\[2\\].component.custom_id: component custom id cannot be duplicated"
---
ui.modal{id = "m", title = ("x"):rep(46), "x"}  ### "ui.modal: title: must be between 1 and 45 in length, got 46"
